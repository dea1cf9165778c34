//! The first tour: the built site loads and runs.

use e2e::tour;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_page_opens_with_its_title_and_without_errors() {
    tour("the_page_opens_with_its_title_and_without_errors", async |page| {
        page.open("").await?;
        assert_eq!(page.title().await?, "Brokerscope");
        page.expect_quiet_console().await
    });
}
