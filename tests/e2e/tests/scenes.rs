//! The built-in scenes as a reader goes through them: on, back, and with an answer to what is asked.

use e2e::tour;
use fantoccini::key::Key;
use serde_json::json;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_next_leader_is_guessed_with_the_keyboard_and_the_page_says_what_the_run_did() {
    tour("the_next_leader_is_guessed_with_the_keyboard_and_the_page_says_what_the_run_did", async |page| {
        page.open("?lang=en").await?;
        page.choose_scene("3").await?;
        page.go_on_until("Which of them will lead?").await?;
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
        page.open("?lang=en").await?;
        page.choose_scene("0").await?;
        page.go_on_until("How long will that be from now?").await?;
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

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn only_what_runs_and_can_be_the_answer_is_outlined_and_takes_a_click() {
    tour("only_what_runs_and_can_be_the_answer_is_outlined_and_takes_a_click", async |page| {
        page.open("?lang=en").await?;
        page.choose_scene("0").await?;
        page.go_on_until("How long will that be from now?").await?;
        page.click("guide-tell").await?;
        page.go_on_until("Which broker will lead it next?").await?;
        let outlined = "return [...document.querySelectorAll('.may-answer')].map(card => card.dataset.testid)";
        assert_eq!(page.execute(outlined, vec![]).await?, json!(["broker-1", "broker-3"]), "broker 2 is dead");
        // A click on what is dead means what it always means.
        page.click("broker-2").await?;
        page.wait_for("menu").await?;
        page.press(&char::from(Key::Escape).to_string()).await?;
        page.wait_until("the menu is closed", async || Ok(page.count("menu").await? == 0)).await?;
        assert!(page.text("caption").await?.contains("Which broker will lead it next?"), "the question stands");
        page.click("broker-3").await?;
        page.wait_for_text("caption", |text| text.starts_with("You were right: broker 3.")).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_consumer_that_joins_takes_over_what_another_left_unread() {
    tour("a_consumer_that_joins_takes_over_what_another_left_unread", async |page| {
        page.open("?lang=en").await?;
        page.choose_scene("2").await?;
        page.go_on_until("records behind. Next: a third member").await?;
        let lag = async || page.text("group-billing").await;
        let before = lag().await?;
        assert!(!before.contains("lag 0"), "{before}");
        page.go_on_until("How many will billing-c get?").await?;
        page.expect_quiet_console().await
    });
}
