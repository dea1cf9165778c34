//! The log: what is new stays in sight until somebody reads, and tries of the same thing share a row.

use e2e::{Page, Result, tour};
use serde_json::json;

/// How far the end of the rows is below what is seen, in pixels.
async fn below(page: &Page) -> Result<i64> {
    let script = "const body = document.querySelector('[data-testid=events]').parentElement;
        return Math.round(body.scrollHeight - body.scrollTop - body.clientHeight)";
    Ok(page.execute(script, vec![]).await?.as_i64().unwrap_or(-1))
}

/// The log with everything in it, and nobody who stops the run to explain it.
async fn show_everything(page: &Page) -> Result {
    page.click("guide-leave").await?;
    page.click("switch-log").await?;
    page.wait_for("log").await?;
    let script = "document.querySelector('.loudness button:last-child').click()";
    page.execute(script, vec![]).await.map(drop)
}

async fn rows(page: &Page) -> Result<usize> {
    page.count("log-row").await
}

async fn step_on(page: &Page, rows_before: usize) -> Result {
    page.wait_until("a new row", async || {
        page.click("step").await?;
        Ok(rows(page).await? > rows_before)
    })
    .await
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_log_follows_the_newest_row_until_the_reader_scrolls_up() {
    tour("the_log_follows_the_newest_row_until_the_reader_scrolls_up", async |page| {
        page.open("").await?;
        show_everything(page).await?;
        page.wait_until("more rows than fit", async || {
            let script = "const body = document.querySelector('[data-testid=events]')?.parentElement;
                return Boolean(body) && body.scrollHeight > 2 * body.clientHeight";
            Ok(page.execute(script, vec![]).await? == json!(true))
        })
        .await?;
        // While it plays, several rows come at once.
        page.wait_until("the newest is in sight while it plays", async || Ok(below(page).await? <= 2)).await?;
        page.click("play").await?;
        page.wait_until("the newest is in sight", async || Ok(below(page).await? <= 2)).await?;
        assert_eq!(page.count("log-newest").await?, 0);

        // A reader scrolls up: what is read stays where it is, whatever comes.
        page.execute("document.querySelector('[data-testid=events]').parentElement.scrollTop -= 200", vec![]).await?;
        page.wait_for("log-newest").await?;
        let top = "return document.querySelector('[data-testid=events]').parentElement.scrollTop";
        let before = page.execute(top, vec![]).await?;
        step_on(page, rows(page).await?).await?;
        assert_eq!(page.execute(top, vec![]).await?, before, "what is read does not move");

        // And back to the newest.
        page.click("log-newest").await?;
        page.wait_until("the newest is in sight again", async || Ok(below(page).await? <= 2)).await?;
        step_on(page, rows(page).await?).await?;
        page.wait_until("it follows again", async || Ok(below(page).await? <= 2)).await?;
        assert_eq!(page.count("log-newest").await?, 0);
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn retries_share_a_row_that_can_be_opened() {
    tour("retries_share_a_row_that_can_be_opened", async |page| {
        page.open("?lang=en").await?;
        show_everything(page).await?;
        page.click("play").await?;
        // With every broker gone, producers and consumers try again and again.
        for broker in ["broker-1", "broker-2", "broker-3"] {
            page.click(broker).await?;
            page.click("menu-kill").await?;
        }
        page.click("play").await?;
        page.wait_for("log-again").await?;
        page.click("play").await?;
        page.execute("document.querySelector('[data-testid=log-again]').click()", vec![]).await?;
        page.wait_for("log-try").await?;
        assert_eq!(page.attribute("log-again", "aria-expanded").await?.as_deref(), Some("true"));
        let count = page.text("log-again").await?;
        assert_eq!(count, format!("×{}", page.count("log-try").await? + 1));
        // One of the later tries can be gone to, and asked why.
        page.execute("document.querySelector('[data-testid=log-try]').click()", vec![]).await?;
        page.wait_for("inspector").await?;
        page.expect_no_barriers("an opened row of tries").await?;
        page.expect_quiet_console().await
    });
}
