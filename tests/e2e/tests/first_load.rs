//! The tours of what the page fetches, and when.

use e2e::{Page, Result, tour};
use serde_json::json;

/// The words around the stage, which are the same at every moment of the scene.
const WORDS_AROUND: &str = "
    const around = [...document.querySelectorAll('header, footer')];
    const names = around.flatMap((part) => [...part.querySelectorAll('[aria-label], [title]')]);
    return around.map((part) => part.innerText).concat(names.map((one) => one.ariaLabel + one.title)).join('|')
        .replace(/[0-9]+/g, '0')";

/// Where a word's data is not there, its letters are zeros.
const LACKS_WORDS: &str = "
    const attributes = [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].map((it) => it.value));
    return (document.body.textContent + attributes.join('')).includes('\\0')";

async fn block(page: &Page, files: &[&str]) -> Result {
    page.ask_devtools("Network.enable", json!({})).await?;
    page.ask_devtools("Network.setBlockedURLs", json!({ "urls": files })).await?;
    Ok(())
}

/// Until everything of the page is there and something has been seen to fly: by then all that the start shows is painted.
async fn watch(page: &Page) -> Result {
    page.wait_for("toasts").await?;
    page.wait_until("something flies", async || {
        let flies = "return Boolean(document.querySelector('.fly:not([hidden])'))";
        Ok(page.execute(flies, vec![]).await? == json!(true))
    })
    .await
}

async fn waits(page: &Page) -> Result<serde_json::Value> {
    page.execute("return performance.getEntriesByName('waited-for-second-file').length", vec![]).await
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
        // Where this fails the start runs something new: `cargo xtask profile` observes it.
        assert_eq!(waits(page).await?, json!(0));
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_first_file_has_all_that_the_opening_scene_shows() {
    tour("the_first_file_has_all_that_the_opening_scene_shows", async |page| {
        for address_tail in ["", "?lang=zh"] {
            page.open(address_tail).await?;
            let whole = page.execute(WORDS_AROUND, vec![]).await?;
            block(page, &["*_rest.wasm"]).await?;
            page.open(address_tail).await?;
            watch(page).await?;
            assert_eq!(page.execute(LACKS_WORDS, vec![]).await?, json!(false), "{address_tail}");
            assert_eq!(page.execute(WORDS_AROUND, vec![]).await?, whole, "{address_tail}");
            block(page, &[]).await?;
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_language_changes_when_its_words_are_there() {
    tour("the_language_changes_when_its_words_are_there", async |page| {
        let language = async || page.execute("return document.documentElement.lang", vec![]).await;
        block(page, &["*_zh.wasm"]).await?;
        page.open("?lang=zh").await?;
        assert_eq!(language().await?, json!("en"), "the words that are there");
        page.wait_for_text("toasts", |text| text.contains("could not be loaded")).await?;
        page.open("").await?;
        page.click("language").await?;
        page.wait_for_text("toasts", |text| text.contains("could not be loaded")).await?;
        assert_eq!(language().await?, json!("en"));
        assert_eq!(page.execute(LACKS_WORDS, vec![]).await?, json!(false));
        block(page, &[]).await?;
        page.click("language").await?;
        page.wait_until("the page speaks 中文", async || Ok(language().await? == json!("zh"))).await?;
        assert_eq!(page.execute(LACKS_WORDS, vec![]).await?, json!(false));
        Ok(())
    });
}
