//! Nothing on the page stands in the way of a reader who cannot use a mouse, see colours, or see the screen at all.

use e2e::{DESKTOP, PHONE, Page, Result, Theme, tour};
use serde_json::{Value, json};

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn axe_finds_nothing_in_any_state_of_the_page() {
    tour("axe_finds_nothing_in_any_state_of_the_page", async |page| {
        for viewport in [DESKTOP, PHONE] {
            page.resize(viewport).await?;
            for theme in [Theme::Light, Theme::Dark] {
                // States that fade in are looked at when they are there.
                page.prefer(theme, true).await?;
                page.open(&format!("?lang=en&theme={}", theme.word())).await?;
                let name = |state: &str| format!("{} px, {}, {state}", viewport.width_px, theme.word());
                walk_through(page, &name).await?;
            }
        }
        page.expect_quiet_console().await
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn axe_finds_nothing_in_dialogs_scenes_and_failures() {
    tour("axe_finds_nothing_in_dialogs_scenes_and_failures", async |page| {
        for viewport in [DESKTOP, PHONE] {
            page.resize(viewport).await?;
            for theme in [Theme::Light, Theme::Dark] {
                page.prefer(theme, true).await?;
                let at = format!("?lang=en&theme={}", theme.word());
                let name = |state: &str| format!("{} px, {}, {state}", viewport.width_px, theme.word());

                page.open(&at).await?;
                page.refuse_clipboard().await?;
                press(page, "copy-link").await?;
                page.wait_for("link-card").await?;
                page.expect_no_barriers(&name("a link that could not be copied")).await?;
                page.open(&format!("{at}#2.thisIsNoLink")).await?;
                page.wait_for("link-card").await?;
                page.expect_no_barriers(&name("a damaged link")).await?;

                page.open(&at).await?;
                page.choose_scene("3").await?;
                page.expect_no_barriers(&name("ZooKeeper alone")).await?;
                page.go_on_until("Which of them will lead?").await?;
                page.wait_for("guide-tell").await?;
                page.expect_no_barriers(&name("a question of a scene")).await?;
                page.expect_quiet_console().await?;

                page.open(&format!("{at}&panic=step")).await?;
                page.let_it_fail().await?;
                page.expect_no_barriers(&name("the card of a failure")).await?;
                // The failure is what the console is to have.
                page.console_errors().await?;
            }
        }
        Ok(())
    });
}

async fn walk_through(page: &Page, name: &impl Fn(&str) -> String) -> Result {
    page.wait_for("broker-2").await?;
    page.expect_no_barriers(&name("the guide's first lines")).await?;
    page.click("play").await?;

    press(page, "broker-2").await?;
    page.wait_for("menu").await?;
    page.expect_no_barriers(&name("a menu")).await?;
    for red in ["menu-kill", "menu-power-off"] {
        page.execute("document.querySelector(`[data-testid=${arguments[0]}]`).focus()", vec![json!(red)]).await?;
        page.expect_no_barriers(&name(&format!("{red} has the focus"))).await?;
    }
    press(page, "menu-cut").await?;
    page.wait_for("cut-silent-broker-1").await?;
    page.expect_no_barriers(&name("the connections that can be cut")).await?;
    press(page, "cut-silent-broker-1").await?;

    press(page, "open-all").await?;
    page.wait_for("tree").await?;
    select_znode(page, "/brokers").await?;
    page.expect_no_barriers(&name("all panels, a selected znode")).await?;
    press(page, "tab-cli").await?;
    press(page, "tab-log").await?;
    page.expect_no_barriers(&name("the command line and the log in front")).await?;
    press(page, "tab-tree").await?;

    for (node, verb) in
        [("broker-1", "kill"), ("broker-3", "freeze"), ("server-zk1", "stop"), ("consumer-billing-a", "kill")]
    {
        command(page, node, verb).await?;
    }
    for _ in 0..6 {
        press(page, "next").await?;
    }
    page.expect_no_barriers(&name("processes that are down, changed znodes")).await?;
    // A refusal is said in a line of its own.
    press(page, "to-start").await?;
    press(page, "step-back").await?;
    page.wait_for("toast").await?;
    page.expect_no_barriers(&name("a refusal")).await?;

    press(page, "help").await?;
    page.wait_for("help-card").await?;
    page.expect_no_barriers(&name("the help")).await?;
    press(page, "open-scenarios").await?;
    page.wait_for("scenario").await?;
    page.expect_no_barriers(&name("the list of scenarios")).await?;
    press(page, "tab-simplified").await?;
    page.wait_for("simplified").await?;
    page.expect_no_barriers(&name("what is simplified")).await?;
    press(page, "knowledge-close").await?;
    // Folded again, for panels are remembered.
    press(page, "open-all").await
}

/// What must look different from the others when no colour of the page's own is left.
#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn with_forced_colours_everything_is_readable_and_states_are_told_apart() {
    tour("with_forced_colours_everything_is_readable_and_states_are_told_apart", async |page| {
        page.force_colours().await?;
        page.open("?lang=en").await?;
        press(page, "guide-leave").await?;
        page.wait_until("records in the logs and at the producers", async || {
            let script = "return ['.bar u', '.c-full'].every(what => document.querySelector(what))";
            Ok(page.execute(script, vec![]).await? == json!(true))
        })
        .await?;
        page.click("play").await?;
        press(page, "open-all").await?;
        for (node, verb) in [("broker-1", "kill"), ("broker-2", "freeze"), ("server-zk3", "stop")] {
            command(page, node, verb).await?;
        }
        for _ in 0..6 {
            press(page, "next").await?;
        }
        page.expect_no_barriers("forced colours").await?;

        // Text has the two colours that the reader chose, and no third.
        let strangers = "const chosen = ['CanvasText', 'Canvas', 'GrayText'].map(name => {
                const swatch = document.body.appendChild(document.createElement('i'));
                swatch.style = `forced-color-adjust: none; color: ${name}`;
                const colour = getComputedStyle(swatch).color;
                swatch.remove();
                return colour;
            });
            const strange = new Set();
            for (const element of document.querySelectorAll('.page *')) {
                const says = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
                if (says && !chosen.includes(getComputedStyle(element).color))
                    strange.add(element.className + ': ' + getComputedStyle(element).color);
            }
            return [...strange]";
        assert_eq!(page.execute(strangers, vec![]).await?, json!([]), "text in colours that the reader did not choose");

        // Killed, frozen, stopped and running: four words, four borders or patterns.
        let mut looks = Vec::new();
        for node in ["broker-1", "broker-2", "broker-3"] {
            looks.push(look_of(page, node).await?);
        }
        let differ = |one: usize, other: usize| looks[one] != looks[other];
        assert!(differ(0, 1) && differ(1, 2) && differ(0, 2), "killed, frozen and running look alike: {looks:?}");

        // What is filled stands out from what is not: the lamps, the bars, the records of a log.
        let unseen = "return ['.lamp', '.bar u', '.c-full', '.head'].filter(what => {
                const all = [...document.querySelectorAll(what)];
                const seen = all.some(element => {
                    const paint = getComputedStyle(element), before = getComputedStyle(element, '::before');
                    const inks = [paint.backgroundColor, paint.fill, before.backgroundColor, before.borderTopColor];
                    const canvas = getComputedStyle(document.body).backgroundColor;
                    return inks.some(ink => ink !== canvas && ink !== 'rgba(0, 0, 0, 0)' && ink !== 'none');
                });
                return all.length > 0 && !seen;
            })";
        assert_eq!(page.execute(unseen, vec![]).await?, json!([]), "shapes that nobody can see");
        page.expect_quiet_console().await
    });
}

/// A node's words and the pattern of its card.
async fn look_of(page: &Page, node: &str) -> Result<Value> {
    let script = "const card = document.querySelector(`[data-testid=${arguments[0]}]`).closest('.card');
        const style = getComputedStyle(card);
        return [card.querySelector('.state')?.textContent ?? '', style.borderTopStyle, style.backgroundImage]";
    page.execute(script, vec![json!(node)]).await
}

/// Chooses from a node's menu.
async fn command(page: &Page, node: &str, verb: &str) -> Result {
    press(page, node).await?;
    page.wait_for(&format!("menu-{verb}")).await?;
    press(page, &format!("menu-{verb}")).await
}

/// A click from script: on a phone a card may be below the edge, and a sheet above it.
async fn press(page: &Page, test_id: &str) -> Result {
    page.wait_for(test_id).await?;
    let script = "document.querySelector(`[data-testid='${arguments[0]}']`)
        .dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))";
    page.execute(script, vec![json!(test_id)]).await.map(drop)
}

async fn select_znode(page: &Page, path: &str) -> Result {
    page.wait_for("znode").await?;
    let script =
        "[...document.querySelectorAll('[data-testid=znode]')].find(row => row.title === arguments[0]).click()";
    page.execute(script, vec![json!(path)]).await.map(drop)
}
