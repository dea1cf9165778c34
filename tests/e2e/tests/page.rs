//! The first tour: the built site loads and runs.

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
fn the_opening_scene_does_not_wait_for_the_second_file_of_code() {
    tour("the_opening_scene_does_not_wait_for_the_second_file_of_code", async |page| {
        page.open("").await?;
        page.wait_for("page").await?;
        let arrived = "return performance.getEntriesByType('resource').some((one) => one.name.endsWith('_rest.wasm'))";
        page.wait_until("the second file is fetched", async || Ok(page.execute(arrived, vec![]).await? == json!(true)))
            .await?;
        let waits = "return performance.getEntriesByName('waited-for-second-file').length";
        // Where this fails the start runs something new: `cargo xtask profile` observes it.
        assert_eq!(page.execute(waits, vec![]).await?, json!(0));
        page.expect_quiet_console().await
    });
}
