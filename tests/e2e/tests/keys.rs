//! Keys: shortcuts do what the help says, and never what belongs to an input method, a field or a slider.

use e2e::{Page, Result, tour};
use fantoccini::key::Key;
use serde_json::{Value, json};

/// A key as a browser reports it, on the element that has the focus; whether the page took it for itself.
async fn send(page: &Page, event: Value) -> Result<bool> {
    let script = "const { keyCode, ...init } = arguments[0];
        const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
        // Chromium lets no script choose the key code.
        if (keyCode !== undefined) Object.defineProperty(event, 'keyCode', { value: keyCode });
        (document.activeElement ?? document.body).dispatchEvent(event);
        return event.defaultPrevented";
    Ok(page.execute(script, vec![event]).await? == json!(true))
}

fn press(key: Key) -> String {
    char::from(key).to_string()
}

/// The page stands still at its beginning, with nothing in focus.
async fn open(page: &Page) -> Result {
    page.open_paused("?lang=en").await?;
    page.click("to-start").await?;
    page.execute("document.activeElement.blur()", vec![]).await.map(drop)
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn keys_of_an_input_method_are_never_shortcuts() {
    tour("keys_of_an_input_method_are_never_shortcuts", async |page| {
        open(page).await?;
        let clock = page.text("clock").await?;
        for key in ["n", "z", " ", "ArrowRight", "ArrowLeft", "Home", "?", "`", "Escape", "Process"] {
            // During a composition; and its first key, of which some browsers say nothing but the key code.
            for event in [json!({ "key": key, "isComposing": true }), json!({ "key": key, "keyCode": 229 })] {
                assert!(!send(page, event.clone()).await?, "{event} was taken for a shortcut");
            }
        }
        assert_eq!(page.text("clock").await?, clock);
        assert_eq!(page.count("help-card").await? + page.count("cli").await?, 0);

        // In zkCli they neither send the line nor fetch another one, and the field keeps the focus.
        page.press("`").await?;
        page.wait_for("cli-input").await?;
        page.type_into("cli-input", "ls /zhong").await?;
        for key in ["Enter", "ArrowUp", "ArrowDown", "Tab", "Escape"] {
            for event in [json!({ "key": key, "isComposing": true }), json!({ "key": key, "keyCode": 229 })] {
                assert!(!send(page, event.clone()).await?, "zkCli took {event}");
            }
        }
        let state = "return [document.activeElement.dataset.testid, document.activeElement.value]";
        assert_eq!(page.execute(state, vec![]).await?, json!(["cli-input", "ls /zhong"]));

        // In the tree no row is chosen, on the timeline no moment, in a menu no entry.
        page.click("switch-tree").await?;
        page.click("switch-timeline").await?;
        for panel in ["tree-rows", "scrub"] {
            page.wait_for(panel).await?;
            focus(page, panel).await?;
            for key in ["ArrowDown", "ArrowUp", "ArrowRight", "Home", "End", "Enter", " "] {
                for event in [json!({ "key": key, "isComposing": true }), json!({ "key": key, "keyCode": 229 })] {
                    assert!(!send(page, event.clone()).await?, "{panel} took {event}");
                }
            }
        }
        assert_eq!(page.text("clock").await?, clock);
        assert_eq!(page.count("inspector").await?, 0, "no row of the tree was chosen");
        page.click("broker-1").await?;
        page.wait_for("menu").await?;
        page.wait_until("the menu has the focus", async || {
            Ok(page.execute("return document.activeElement.role", vec![]).await? == json!("menuitem"))
        })
        .await?;
        for key in ["k", "ArrowDown", "Escape"] {
            assert!(!send(page, json!({ "key": key, "keyCode": 229 })).await?, "the menu took {key}");
        }
        assert_eq!(page.count("menu").await?, 1);
        page.press(&press(Key::Escape)).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn shortcuts_of_one_character_can_be_switched_off_and_stay_off() {
    tour("shortcuts_of_one_character_can_be_switched_off_and_stay_off", async |page| {
        open(page).await?;
        page.press("?").await?;
        page.wait_for("help-card").await?;
        page.click("single-keys").await?;
        page.press(&press(Key::Escape)).await?;
        page.wait_until("the help is closed", async || Ok(page.count("help-card").await? == 0)).await?;
        page.reload().await?;
        page.wait_for("clock").await?;
        // At its beginning a run has no link yet: the opening scene plays again.
        if page.text("play").await?.contains("Pause") {
            page.click("play").await?;
        }
        let clock = page.text("clock").await?;
        for key in ["?", "？", "`", ":", "·", "：", "n", "z", "Z"] {
            assert!(!send(page, json!({ "key": key })).await?, "{key} is switched off");
        }
        assert_eq!(page.text("clock").await?, clock);
        assert_eq!(page.count("help-card").await? + page.count("cli").await?, 0);
        // The letters of a menu are off as well; its arrows are not.
        page.click("broker-1").await?;
        page.wait_for("menu-kill").await?;
        page.wait_until("the menu has the focus", async || {
            Ok(page.execute("return document.activeElement.role", vec![]).await? == json!("menuitem"))
        })
        .await?;
        let first = page.execute("return document.activeElement.dataset.testid", vec![]).await?;
        assert!(!send(page, json!({ "key": "k" })).await?);
        assert_eq!(page.count("menu-kill").await?, 1, "the menu is still open, and nothing was killed");
        page.press(&press(Key::Down)).await?;
        assert_ne!(page.execute("return document.activeElement.dataset.testid", vec![]).await?, first);
        page.press(&press(Key::Escape)).await?;
        // Longer keys still work, and in the help the characters can be switched on again.
        page.wait_until("steps on", async || {
            page.press(&press(Key::Right)).await?;
            Ok(page.text("clock").await? != clock)
        })
        .await?;
        page.click("help").await?;
        page.click("single-keys").await?;
        page.press(&press(Key::Escape)).await?;
        page.execute("document.activeElement.blur()", vec![]).await?;
        page.press("?").await?;
        page.wait_for("help-card").await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_timeline_is_a_slider_with_keys_of_its_own() {
    tour("the_timeline_is_a_slider_with_keys_of_its_own", async |page| {
        open(page).await?;
        page.click("switch-timeline").await?;
        page.wait_for("scrub").await?;
        focus(page, "scrub").await?;
        let start = place(page).await?;
        for (on, back) in [(Key::Right, Key::Left), (Key::Up, Key::Down)] {
            // Several, for the clock shows milliseconds and not every choice takes one.
            for _ in 0..STEPS {
                page.press(&press(on)).await?;
            }
            assert_ne!(place(page).await?, start, "arrows are steps");
            for _ in 0..STEPS {
                page.press(&press(back)).await?;
            }
            assert_eq!(place(page).await?, start, "and as many back");
        }
        page.press(&press(Key::PageUp)).await?;
        let key_event = place(page).await?;
        assert_ne!(key_event, start, "Page Up goes to the next event that matters");
        page.press(&press(Key::End)).await?;
        assert_ne!(place(page).await?, key_event, "End goes as far as the run is known");
        page.press(&press(Key::PageDown)).await?;
        page.press(&press(Key::Home)).await?;
        assert_eq!(place(page).await?, start);
        // With a modifier they belong to the browser.
        assert!(!send(page, json!({ "key": "ArrowRight", "altKey": true })).await?);
        // The space bar has no meaning on a slider, and nothing plays.
        page.press(" ").await?;
        assert_eq!(place(page).await?, start);
        page.expect_quiet_console().await
    });
}

const STEPS: usize = 12;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_button_that_the_keyboard_reached_has_its_keys_for_itself() {
    tour("a_button_that_the_keyboard_reached_has_its_keys_for_itself", async |page| {
        open(page).await?;
        let clock = place(page).await?;
        page.press(&press(Key::Tab)).await?;
        for control in ["step", "copy-link", "switch-tree", "broker-1"] {
            focus(page, control).await?;
            for key in ["ArrowRight", "ArrowLeft", "Home"] {
                assert!(!send(page, json!({ "key": key })).await?, "{key} on {control}");
            }
            assert_eq!(place(page).await?, clock, "{control}");
        }
        // The space bar presses the button, and does nothing else: nothing plays.
        focus(page, "switch-tree").await?;
        page.press(" ").await?;
        page.wait_for("tree-rows").await?;
        assert_eq!(place(page).await?, clock);
        // With nothing in focus the same keys are the run's.
        page.execute("document.activeElement.blur()", vec![]).await?;
        assert!(send(page, json!({ "key": "ArrowRight" })).await?);
        page.expect_quiet_console().await
    });
}

async fn focus(page: &Page, test_id: &str) -> Result {
    page.execute("document.querySelector(`[data-testid=${arguments[0]}]`).focus()", vec![json!(test_id)])
        .await
        .map(drop)
}

/// What the clock says: time and number of events.
async fn place(page: &Page) -> Result<String> {
    // What a key did is shown at the next frame.
    page.execute_async("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))", vec![]).await?;
    page.text("clock").await
}
