//! The ZooKeeper command line: what is typed is part of the scene, goes away when one steps back, and is in the link.

use e2e::{Page, Result, tour};
use fantoccini::key::Key;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn what_is_typed_is_part_of_the_scene_and_of_the_link() {
    tour("what_is_typed_is_part_of_the_scene_and_of_the_link", async |page| {
        page.open("?lang=en").await?;
        page.wait_for("clock").await?;
        page.press(" ").await?;
        // The key opens the panel and gives the field the focus.
        page.press("`").await?;
        page.wait_until("the field has the focus", async || focused(page, "cli-input").await).await?;

        say(page, "ls /", "zookeeper]").await?;
        assert!(page.text("cli-who").await?.contains("SyncConnected"));
        say(page, "create -e /mine 'two words'", "Created /mine").await?;
        // Tab completes the path from the tree.
        page.type_into("cli-input", "get -w /mi").await?;
        page.press(&char::from(Key::Tab).to_string()).await?;
        let completed = page.execute("return document.querySelector('[data-testid=cli-input]').value", vec![]).await?;
        assert_eq!(completed, "get -w /mine");
        page.press(&char::from(Key::Enter).to_string()).await?;
        page.wait_for_text("cli-screen", |text| text.contains("\ntwo words") && !text.contains("waiting")).await?;
        say(page, "get /none", "NoNode").await?;
        say(page, "set /mine x", "NodeDataChanged /mine").await?;
        // A line that is not a command stays, with the reason.
        say(page, "dir /", "help").await?;
        // An input method's keys are its own: Enter takes the word that it offers, ↑ chooses another.
        let composing = "const input = document.querySelector('[data-testid=cli-input]');
            return ['Enter', 'ArrowUp', 'Escape'].map(key => {
                const event = new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true });
                input.dispatchEvent(event);
                return event.defaultPrevented || document.activeElement !== input || input.value;
            }).join('|')";
        assert_eq!(page.execute(composing, vec![]).await?, "dir /|dir /|dir /");
        page.execute("document.querySelector('[data-testid=cli-input]').select()", vec![]).await?;
        say(page, "ls -R /brokers/ids", "/brokers/ids/3").await?;

        // Lines typed ahead are not lost: each has its turn.
        page.type_into("cli-input", "set /mine ahead").await?;
        page.press(&char::from(Key::Enter).to_string()).await?;
        say(page, "get /mine", "\nahead").await?;

        // The tree knows it, and who owns it.
        page.click("switch-tree").await?;
        let owner = "return [...document.querySelectorAll('[data-testid=znode]')].find(row => row.title === '/mine')?.click() ?? ''";
        page.execute(owner, vec![]).await?;
        page.wait_for_text("inspector", |text| text.contains("zkcli-1") && text.contains("ephemeralOwner")).await?;
        page.wait_for_text("znode-history", |text| text.contains("/mine")).await?;

        // The tree came to the front of its pair; the command line is a tab away, and stays in front after a reload.
        page.click("tab-cli").await?;

        // The address brings the same screen back.
        let screen = page.text("cli-screen").await?;
        page.wait_for_address().await?;
        page.reload().await?;
        page.wait_until("the same screen", async || Ok(page.text("cli-screen").await? == screen)).await?;

        // Going back takes lines away; at the beginning nobody has typed anything.
        page.wait_until("fewer lines", async || {
            page.click("previous").await?;
            Ok(page.text("cli-screen").await?.len() < screen.len())
        })
        .await?;
        page.click("to-start").await?;
        page.wait_until("no lines", async || Ok(page.text("cli-screen").await?.is_empty())).await?;
        assert_eq!(page.count("client-zkcli-1").await?, 0, "the client itself was added by a command");
        page.expect_quiet_console().await
    });
}

/// Types a line and waits for what the screen says then, and until the line has done its work: one follows the other.
async fn say(page: &Page, line: &str, answer: &str) -> Result {
    page.type_into("cli-input", line).await?;
    page.press(&char::from(Key::Enter).to_string()).await?;
    page.wait_for_text("cli-screen", |text| text.contains(answer) && !text.contains("waiting for the response")).await
}

async fn focused(page: &Page, test_id: &str) -> Result<bool> {
    let script = "return document.activeElement?.dataset.testid ?? ''";
    Ok(page.execute(script, vec![]).await? == test_id)
}
