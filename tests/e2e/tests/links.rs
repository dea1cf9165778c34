//! Links: what is copied, what is shown where copying is refused, and what a damaged one leads to.

use e2e::{Page, Result, tour};
use fantoccini::key::Key;
use serde_json::{Value, json};

async fn link_text(page: &Page) -> Result<String> {
    let script = "return document.querySelector('[data-testid=link-text]').value";
    Ok(page.execute(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
}

/// Opens what follows the address of the site in a link.
async fn open_link(page: &Page, link: &str) -> Result {
    let (_, run) = link.split_once('#').ok_or_else(|| format!("{link} names no run"))?;
    page.open(&format!("#{run}")).await
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_link_is_that_of_the_run_although_the_address_could_not_follow() {
    tour("a_link_is_that_of_the_run_although_the_address_could_not_follow", async |page| {
        page.open_paused("").await?;
        page.click("to-start").await?;
        page.execute("history.replaceState = history.pushState = () => { throw new Error('too often') }", vec![])
            .await?;
        page.click("next").await?;
        page.click("next").await?;
        let clock = page.text("clock").await?;
        let link = page.link().await?;
        page.wait_for("toast").await?;
        open_link(page, &link).await?;
        page.wait_until("the same moment", async || Ok(page.text("clock").await? == clock)).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn where_the_clipboard_is_refused_the_link_is_shown_and_selected() {
    tour("where_the_clipboard_is_refused_the_link_is_shown_and_selected", async |page| {
        page.open_paused("").await?;
        for lacks in [false, true] {
            if lacks {
                // Plain http: the property is there, and undefined.
                let script = "Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined })";
                page.execute(script, vec![]).await?;
            } else {
                page.refuse_clipboard().await?;
            }
            page.click("copy-link").await?;
            page.wait_for("link-card").await?;
            page.wait_until("the whole link is selected", async || {
                let script = "return document.getSelection().toString()
                    || document.activeElement.value?.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)";
                let selected = page.execute(script, vec![]).await?;
                Ok(selected == json!(link_text(page).await?) && selected.as_str().is_some_and(|link| link.contains("#")))
            })
            .await?;
            page.expect_no_barriers("the dialog with a link").await?;
            // Its keys are its own.
            let clock = page.text("clock").await?;
            page.press(&char::from(Key::Right).to_string()).await?;
            assert_eq!(page.text("clock").await?, clock);
            page.press(&char::from(Key::Escape).to_string()).await?;
            page.wait_until("the dialog is closed", async || Ok(page.count("link-card").await? == 0)).await?;
        }
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_link_too_long_for_a_chat_says_so_and_is_offered_as_a_file() {
    tour("a_link_too_long_for_a_chat_says_so_and_is_offered_as_a_file", async |page| {
        page.open_paused("?lang=en").await?;
        page.press("`").await?;
        let line = format!("create /long '{}'", "x".repeat(1_900));
        page.wait_for("cli-input").await?;
        page.type_into("cli-input", &line).await?;
        page.press(&char::from(Key::Enter).to_string()).await?;
        page.wait_for_text("cli-screen", |text| text.contains("Created /long")).await?;
        let link = page.link().await?;
        assert!(link.len() > 2_000, "{} characters", link.len());
        page.wait_for_text("link-says", |text| text.contains(&link.len().to_string()) && text.contains("2 000"))
            .await?;
        let file = page.attribute("link-save", "href").await?.unwrap_or_default();
        let content = page.execute("return fetch(arguments[0]).then(file => file.text())", vec![json!(file)]).await?;
        let run = link.split_once('#').map(|(_, run)| run.split('&').next().unwrap_or_default()).unwrap_or_default();
        assert!(content.as_str().is_some_and(|page| page.contains(run)), "the file leads to the run");
        assert!(page.attribute("link-save", "download").await?.is_some());
        page.click("link-close").await?;
        page.wait_until("the dialog is closed", async || Ok(page.count("link-card").await? == 0)).await?;
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_damaged_link_is_refused_and_can_be_completed() {
    tour("a_damaged_link_is_refused_and_can_be_completed", async |page| {
        page.open_paused("").await?;
        page.click("to-start").await?;
        page.click("next").await?;
        let clock = page.text("clock").await?;
        let link = page.link().await?;
        let (damaged, rest) = link.split_at(link.len() - 7);

        open_link(page, damaged).await?;
        page.wait_for("link-card").await?;
        page.wait_for("broker-1").await?;
        assert!(damaged.ends_with(&link_text(page).await?), "the text is kept");
        page.expect_no_barriers("the dialog with a damaged link").await?;
        // Opened as it is, it is refused again.
        page.click("link-open").await?;
        page.wait_for("link-open").await?;
        assert!(damaged.ends_with(&link_text(page).await?), "the text is still kept");
        // Completed, it opens; a whole address with a broken line as well.
        for completed in [format!("{}{rest}", link_text(page).await?), format!("{damaged}\n {rest}")] {
            if page.count("link-card").await? == 0 {
                page.execute("location.hash = arguments[0]", vec![json!("1.thisIsNoLink")]).await?;
                page.wait_for("link-card").await?;
            }
            fill(page, &completed).await?;
            page.click("link-open").await?;
            page.wait_until("the dialog is closed", async || Ok(page.count("link-card").await? == 0)).await?;
            page.wait_until("the same moment", async || Ok(page.text("clock").await? == clock)).await?;
            page.click("next").await?;
        }
        page.expect_quiet_console().await
    });
}

async fn fill(page: &Page, text: &str) -> Result<Value> {
    page.execute("document.querySelector('[data-testid=link-text]').value = arguments[0]", vec![json!(text)]).await
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_link_opens_with_the_panels_and_the_event_that_were_before_its_sender() {
    tour("a_link_opens_with_the_panels_and_the_event_that_were_before_its_sender", async |page| {
        page.open_paused("").await?;
        page.click("switch-why").await?;
        page.click("switch-log").await?;
        page.click("broker-2").await?;
        page.click("menu-kill").await?;
        page.click("next").await?;
        page.wait_for("log-row").await?;
        page.execute("[...document.querySelectorAll('[data-testid=log-row]')].at(-1).click()", vec![]).await?;
        let title = page.text("inspector").await?;
        let link = page.link().await?;
        assert!(link.ends_with(|last: char| last.is_ascii_alphanumeric()), "no chat drops its end: {link}");

        // The receiver had other panels.
        page.click("open-all").await?;
        page.click("switch-log").await?;
        open_link(page, &link).await?;
        page.wait_for("inspector").await?;
        page.wait_until("the same event", async || Ok(page.text("inspector").await? == title)).await?;
        for (panel, open) in [("tree", 0), ("cli", 0), ("timeline", 0), ("why", 1), ("log", 1)] {
            assert_eq!(page.count(panel).await?, open, "{panel}");
        }
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn time_stands_still_while_a_link_is_shown_and_goes_on_as_before() {
    tour("time_stands_still_while_a_link_is_shown_and_goes_on_as_before", async |page| {
        let clock = async || page.text("clock").await;
        let passes = async |page: &Page| {
            let before = page.text("clock").await?;
            page.wait_until("time goes on", async || Ok(page.text("clock").await? != before)).await
        };
        // A link that is given away, and one that is refused.
        for damaged in [false, true] {
            page.open("").await?;
            passes(page).await?;
            if damaged {
                page.execute("location.hash = arguments[0]", vec![json!("2.thisIsNoLink")]).await?;
            } else {
                page.refuse_clipboard().await?;
                page.click("copy-link").await?;
            }
            page.wait_for("link-card").await?;
            let (moment, text) = (clock().await?, link_text(page).await?);
            frames(page).await?;
            assert_eq!((clock().await?, link_text(page).await?), (moment.clone(), text.clone()), "time stands still");
            page.press(&char::from(Key::Escape).to_string()).await?;
            page.wait_until("the dialog is closed", async || Ok(page.count("link-card").await? == 0)).await?;
            passes(page).await?;
            if !damaged {
                open_link(page, &text).await?;
                assert_eq!(clock().await?, moment, "the link is that of the moment");
            }
        }

        // What stood still before stands still afterwards.
        page.open_paused("").await?;
        page.refuse_clipboard().await?;
        let moment = clock().await?;
        page.click("copy-link").await?;
        page.click("link-close").await?;
        frames(page).await?;
        assert_eq!(clock().await?, moment);

        // A reader who comes with a damaged link finds the opening scene standing still behind the dialog.
        page.open("#2.thisIsNoLink").await?;
        page.wait_for("link-card").await?;
        let moment = clock().await?;
        frames(page).await?;
        assert_eq!(clock().await?, moment);
        page.click("link-close").await?;
        passes(page).await?;
        page.expect_quiet_console().await
    });
}

/// As many pictures as a third of a second has: by then a clock that runs has gone on.
async fn frames(page: &Page) -> Result {
    let script = "const done = arguments[arguments.length - 1];
        let left = 20;
        requestAnimationFrame(function next() { if (left-- > 0) requestAnimationFrame(next); else done(); })";
    page.execute_async(script, vec![]).await.map(drop)
}
