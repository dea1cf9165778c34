//! The story a user comes for: a broker dies, its znode vanishes, its partitions get new leaders; and back again.

use e2e::{Page, Result, tour};
use fantoccini::key::Key;
use serde_json::json;

/// From a kill to a new leader at most so many interesting steps (the promise of the section 4).
const INTERESTING_STEPS_MAX: u32 = 15;

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn a_broker_is_killed_and_the_walk_goes_both_ways() {
    tour("a_broker_is_killed_and_the_walk_goes_both_ways", async |page| {
        // No hint in the address: it would win over the remembered language after the reload.
        page.open("").await?;
        page.click("open-all").await?;
        pause(page).await?;
        page.click("to-start").await?;
        let broker = leader_of_orders_1(page).await?.ok_or("orders-1 has a leader at the start")?;
        assert!(is_registered(page, broker).await?, "its znode is there");

        page.click(&format!("broker-{broker}")).await?;
        page.click("menu-kill").await?;
        let mut steps = 0;
        while is_registered(page, broker).await? {
            steps += 1;
            assert!(
                steps <= INTERESTING_STEPS_MAX,
                "the znode vanishes within {INTERESTING_STEPS_MAX} interesting steps"
            );
            page.click("next").await?;
        }
        while leader_of_orders_1(page).await?.is_none_or(|leader| leader == broker) {
            steps += 1;
            assert!(steps <= INTERESTING_STEPS_MAX, "a new leader within {INTERESTING_STEPS_MAX} interesting steps");
            page.click("next").await?;
        }

        // Back past both.
        let mut back = 0;
        while !is_registered(page, broker).await? {
            back += 1;
            assert!(back <= 2 * INTERESTING_STEPS_MAX, "stepping back brings the znode back");
            page.click("previous").await?;
        }
        // ZooKeeper still names the dead broker: nobody has taken over yet.
        assert_eq!(leader_of_orders_1(page).await?, None, "no living broker leads");
        page.click("to-start").await?;
        assert_eq!(leader_of_orders_1(page).await?, Some(broker), "before the kill it leads again");
        assert!(is_registered(page, broker).await?);

        page.click("language").await?;
        page.wait_until("the page speaks 中文", async || {
            let lang = page.execute("return document.documentElement.lang", vec![]).await?;
            Ok(lang.as_str().is_some_and(|lang| lang.starts_with("zh")))
        })
        .await?;

        // The address holds the place: the same state after a reload.
        let clock = page.text("clock").await?;
        page.wait_for_address().await?;
        page.reload().await?;
        page.wait_for("clock").await?;
        page.wait_until("the same moment", async || Ok(page.text("clock").await? == clock)).await?;
        assert!(is_registered(page, broker).await?);
        page.expect_quiet_console().await
    });
}

async fn pause(page: &Page) -> Result {
    // The button says what a click would do: two bars while it plays.
    let word = page.text("play").await?;
    if word.contains("Pause") || word.contains("暂停") {
        page.click("play").await?;
    }
    Ok(())
}

async fn is_registered(page: &Page, broker: u64) -> Result<bool> {
    let script = "return [...document.querySelectorAll('[data-testid=znode]')]
        .some(row => row.title === '/brokers/ids/' + arguments[0] && !row.classList.contains('gone'))";
    Ok(page.execute(script, vec![json!(broker)]).await? == json!(true))
}

/// The living broker with the star.
async fn leader_of_orders_1(page: &Page) -> Result<Option<u64>> {
    let script = "for (const broker of [1, 2, 3]) {
            const strip = document.querySelector('[data-testid=strip-' + broker + '-orders-1]');
            if (strip && strip.textContent.includes('★') && !strip.closest('.down')) return broker;
        }
        return null";
    Ok(page.execute(script, vec![]).await?.as_u64())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn an_injected_panic_shows_the_card_with_a_way_back() {
    tour("an_injected_panic_shows_the_card_with_a_way_back", async |page| {
        page.open("?panic=step").await?;
        page.let_it_fail().await?;
        let link = page.attribute("fatal-reopen", "href").await?.unwrap_or_default();
        assert!(link.starts_with("#2."), "the card leads back to the scene: {link}");
        assert_eq!(page.text("fatal-message").await?, "asked for by ?panic=step, the hook for tests");
        Ok(())
    });
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_card_of_a_failure_stands_over_whatever_is_open() {
    tour("the_card_of_a_failure_stands_over_whatever_is_open", async |page| {
        // A dialog of the page's own, and one that covers all of it.
        for (link, open) in [("#2.damaged", "link-card"), ("", "knowledge")] {
            page.open(&format!("?panic=step{link}")).await?;
            if link.is_empty() {
                page.click("help").await?;
                page.click("open-scenarios").await?;
            }
            page.wait_for(open).await?;
            page.let_it_fail().await?;
            page.press(&char::from(Key::Escape).to_string()).await?;
            page.press(&char::from(Key::Escape).to_string()).await?;
            let covered = "const card = document.getElementById('fatal'), box = card.getBoundingClientRect();
                const spots = [0.1, 0.5, 0.9].map(part =>
                    document.elementFromPoint(box.left + part * box.width, box.top + part * box.height));
                return spots.filter(spot => !card.contains(spot)).map(spot => spot.className)";
            assert_eq!(page.execute(covered, vec![]).await?, json!([]), "what lies over the card, with {open}");
            // The keyboard and the pointer reach it: a click that hits something else fails.
            let focused = "return document.activeElement.id";
            assert_eq!(page.execute(focused, vec![]).await?, json!("fatal-reopen-en"), "with {open}");
            page.click("fatal-reopen").await?;
            page.wait_until("the page is loaded again", async || {
                let fresh = "return document.getElementById('fatal')?.hidden === true";
                Ok(page.execute(fresh, vec![]).await? == json!(true))
            })
            .await?;
        }
        Ok(())
    });
}
