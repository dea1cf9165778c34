//! The built-in scenes as a reader goes through them: on, back, and with an answer to what is asked.

use e2e::{Page, Result, tour};
use fantoccini::key::Key;
use serde_json::json;

/// Opens the scene at this place of the list.
async fn open(page: &Page, scene: &str) -> Result {
    page.open("?lang=en").await?;
    page.wait_for("scene-picker").await?;
    let choose = "const list = document.querySelector('[data-testid=scene-picker]');
        list.value = arguments[0];
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    page.execute(choose, vec![json!(scene)]).await?;
    page.wait_for("scene-next").await
}

/// On until the caption begins like this.
async fn go_on_until(page: &Page, words: &str) -> Result {
    page.wait_until(words, async || {
        if page.text("caption").await?.contains(words) {
            return Ok(true);
        }
        // Only when it is there: time passes between two sentences.
        page.execute("document.querySelector('[data-testid=scene-next]')?.click()", vec![]).await?;
        Ok(false)
    })
    .await
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_next_leader_is_guessed_with_the_keyboard_and_the_page_says_what_the_run_did() {
    tour("the_next_leader_is_guessed_with_the_keyboard_and_the_page_says_what_the_run_did", async |page| {
        open(page, "3").await?;
        go_on_until(page, "Which of them will lead?").await?;
        page.wait_for_text("announcer", |text| text.contains("Which of them will lead?")).await?;
        page.expect_no_barriers("a question").await?;
        let clock = page.text("clock").await?;
        page.execute("document.querySelector('[data-testid=server-zk2] .hit').focus()", vec![]).await?;
        page.press(&char::from(Key::Enter).to_string()).await?;
        page.wait_for_text("caption", |text| text.starts_with("You said zk2, but it was zk4.")).await?;
        assert_ne!(page.text("clock").await?, clock, "the run went on to the answer");
        page.click("guess-why").await?;
        page.wait_for("why").await?;
        page.expect_no_barriers("an answer").await?;
        // Back to the question's moment, and forwards again through what was told.
        page.click("to-start").await?;
        page.wait_for_text("caption", |text| text.contains("Five servers hold the same tree")).await?;
        page.click("scene-next").await?;
        page.wait_for_text("caption", |text| text.contains("proposed it")).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_end_of_a_session_is_guessed_with_a_slider() {
    tour("the_end_of_a_session_is_guessed_with_a_slider", async |page| {
        open(page, "0").await?;
        go_on_until(page, "How long will that be from now?").await?;
        page.expect_no_barriers("a question with a slider").await?;
        let slide = "const slider = document.querySelector('[data-testid=guess]');
            slider.focus(); slider.value = '30';
            slider.dispatchEvent(new Event('input', { bubbles: true }));";
        page.execute(slide, vec![]).await?;
        // The slider keeps the keys that it uses itself.
        let clock = page.text("clock").await?;
        page.press(&char::from(Key::Right).to_string()).await?;
        assert_eq!(page.attribute("guess", "aria-valuetext").await?.as_deref(), Some("3.5 s"));
        assert_eq!(page.text("clock").await?, clock);
        page.click("guess-give").await?;
        page.wait_for_text("caption", |text| {
            text.starts_with("You said 3.5 s, but it was ") && text.contains("Now the session has expired.")
        })
        .await?;
        page.expect_quiet_console().await
    });
}
