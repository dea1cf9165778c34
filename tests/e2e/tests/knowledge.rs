//! "How do we know?": the list of scenarios, in both languages, and one of them as a scene.

use e2e::{PHONE, tour};
use fantoccini::key::Key;
use serde_json::json;

const SCENARIO: &str = "zk-session-survives-its-server";

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_scenario_is_found_in_chinese_opened_stepped_and_reloaded() {
    tour("a_scenario_is_found_in_chinese_opened_stepped_and_reloaded", async |page| {
        page.open("?lang=zh").await?;
        page.click("help").await?;
        page.click("open-scenarios").await?;
        page.wait_for_text("list-head", |text| text.contains("个场景")).await?;
        let all = page.count("scenario").await?;
        assert!(all >= 60, "{all} scenarios are listed");

        // The field has the focus; another name for a leader is understood.
        page.press("领导者").await?;
        page.wait_until("fewer rows", async || {
            let left = page.count("scenario").await?;
            Ok(left > 0 && left < all)
        })
        .await?;
        page.execute("document.querySelector('[data-testid=list-search]').select()", vec![]).await?;
        page.press(&char::from(Key::Backspace).to_string()).await?;
        page.press("会话 服务器").await?;
        page.wait_for(SCENARIO).await?;
        page.click(SCENARIO).await?;

        // It is a scene: its sentence stands there, the list is gone, time stands still before the first command.
        page.wait_for("told-scenario").await?;
        assert_eq!(page.count("knowledge").await?, 0);
        page.wait_for_text("told-title", |text| text.ends_with('。')).await?;
        let begin = page.address().await?;
        assert!(begin.ends_with(&format!("&{SCENARIO}")), "{begin}");
        let clock = page.text("clock").await?;

        page.click("told-next").await?;
        page.wait_until("the clock goes on", async || Ok(page.text("clock").await? != clock)).await?;
        page.click("step-back").await?;
        page.click("step").await?;
        let later = page.text("clock").await?;
        page.wait_until("the address follows", async || Ok(page.address().await? != begin)).await?;
        page.reload().await?;
        page.wait_for("told-scenario").await?;
        page.wait_until("the same moment", async || Ok(page.text("clock").await? == later)).await?;
        page.wait_for_text("told-title", |text| text.ends_with('。')).await?;

        // Back is where the reader came from: no scenario.
        page.execute("history.back()", vec![]).await?;
        page.wait_until("the scenario is left", async || Ok(page.count("told-scenario").await? == 0)).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_list_works_by_keyboard_and_on_a_phone() {
    tour("the_list_works_by_keyboard_and_on_a_phone", async |page| {
        page.resize(PHONE).await?;
        page.open("?lang=en").await?;
        page.click("help").await?;
        page.click("open-simplified").await?;
        page.wait_for("simplified").await?;
        page.click("tab-scenarios").await?;
        page.wait_for("list-search").await?;
        page.wait_for("scenario").await?;
        // Nothing sticks out of the screen.
        let wide = "const pages = document.querySelector('.pages'); return pages.scrollWidth <= pages.clientWidth + 1";
        assert_eq!(page.execute(wide, vec![]).await?, json!(true));
        // From the field through the topics to the first row, and in.
        page.press("one shot, nothing like this").await?;
        page.wait_for("list-empty").await?;
        page.execute("document.querySelector('[data-testid=list-search]').select()", vec![]).await?;
        page.press("majority").await?;
        page.wait_until("rows with the word", async || Ok(page.count("scenario").await? > 0)).await?;
        let focus_first = "document.querySelector('[data-testid=scenario] a').focus()";
        page.execute(focus_first, vec![]).await?;
        page.press(&char::from(Key::Enter).to_string()).await?;
        page.wait_for("told-scenario").await?;
        // Escape closes the dialog, and nothing else.
        page.click("told-all").await?;
        page.wait_for("list-search").await?;
        page.press(&char::from(Key::Escape).to_string()).await?;
        page.wait_until("the dialog is closed", async || Ok(page.count("knowledge").await? == 0)).await?;
        page.click("told-leave").await?;
        page.wait_until("the scenario is left", async || Ok(page.count("told-scenario").await? == 0)).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_list_that_does_not_arrive_gets_a_sentence_and_another_try() {
    tour("a_list_that_does_not_arrive_gets_a_sentence_and_another_try", async |page| {
        page.open("").await?;
        let lose = "window.fetchBefore = window.fetch; window.fetch = () => Promise.reject(new Error('offline'))";
        page.execute(lose, vec![]).await?;
        page.click("help").await?;
        page.click("open-scenarios").await?;
        page.wait_for("list-not-loaded").await?;
        page.execute("window.fetch = window.fetchBefore", vec![]).await?;
        page.click("list-retry").await?;
        page.wait_for("scenario").await?;
        page.expect_quiet_console().await
    });
}
