//! The built site loads and runs, and what is looked at shows itself.

use e2e::tour;
use serde_json::json;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_page_opens_with_its_title_and_without_errors() {
    tour("the_page_opens_with_its_title_and_without_errors", async |page| {
        page.open("").await?;
        assert_eq!(page.title().await?, "Brokerscope");
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn what_is_selected_shows_its_details_and_its_lines_though_every_panel_is_closed() {
    tour("what_is_selected_shows_its_details_and_its_lines_though_every_panel_is_closed", async |page| {
        page.open_paused("").await?;
        let lines = "return document.querySelectorAll('.hot-lines .wire').length";
        assert_eq!(page.execute(lines, vec![]).await?, json!(0));
        page.click("broker-2").await?;
        page.click("menu-inspect").await?;
        page.wait_for("inspector").await?;
        assert!(page.text("inspector").await?.contains("broker 2"), "{}", page.text("inspector").await?);
        // The pointer has gone somewhere else.
        page.execute(
            "document.querySelector('[data-testid=broker-2]').dispatchEvent(new PointerEvent('pointerleave'))",
            vec![],
        )
        .await?;
        page.wait_until("its lines are drawn in full", async || {
            Ok(page.execute(lines, vec![]).await?.as_u64() > Some(2))
        })
        .await?;
        page.execute("document.querySelector('[data-testid=inspector] .fold').click()", vec![]).await?;
        page.wait_until("nothing is selected", async || Ok(page.count("inspector").await? == 0)).await?;
        page.expect_quiet_console().await
    });
}
