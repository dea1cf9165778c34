//! What a reader sees before the program is there, and what happens when it comes.

use e2e::{DESKTOP, PHONE, Page, Result, Theme, Viewport, tour};
use serde_json::{Value, json};

const WAYS: [(&str, Theme, Viewport); 4] = [
    ("en", Theme::Light, DESKTOP),
    ("zh", Theme::Dark, PHONE),
    ("zh", Theme::Light, DESKTOP),
    ("en", Theme::Dark, PHONE),
];

fn address(lang: &str, theme: Theme) -> String {
    format!("?lang={lang}&theme={}", theme.word())
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_opening_scene_is_seen_before_any_wasm_has_run() {
    tour("the_opening_scene_is_seen_before_any_wasm_has_run", async |page| {
        page.ask_devtools("Network.enable", json!({})).await?;
        page.ask_devtools("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await?;
        for (lang, theme, viewport) in WAYS {
            page.resize(viewport).await?;
            page.open_document(&address(lang, theme)).await?;
            let seen = page.execute("return document.getElementById('first').innerText", vec![]).await?;
            let seen = seen.as_str().unwrap_or_default();
            let words = match lang {
                "en" => ["zk3", "leader", "Broker 1", "web-1", "billing-b", "Pause", "Skip"],
                _ => ["zk3", "leader", "Broker 1", "web-1", "billing-b", "暂停", "跳过"],
            };
            for word in words {
                assert!(seen.to_lowercase().contains(&word.to_lowercase()), "{word} in {lang}: {seen}");
            }
            let other = if lang == "en" { "暂停" } else { "Pause" };
            assert!(!seen.contains(other), "{other} in {lang}: {seen}");
            let look = page.execute(LOOK, vec![]).await?;
            let expected = if theme == Theme::Light { "rgb(243, 241, 236)" } else { "rgb(11, 16, 22)" };
            assert_eq!(look, json!({ "cards": 10, "ground": expected, "usable": 0 }), "{lang} {viewport:?}");
        }
        Ok(())
    });
}

const LOOK: &str = "
    const first = document.getElementById('first'), shown = (one) => one.getClientRects().length > 0;
    return {
        cards: Array.from(first.querySelectorAll('.card')).filter(shown).length,
        ground: getComputedStyle(first).backgroundColor,
        usable: performance.getEntriesByName('usable').length,
    };";

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_program_takes_the_first_picture_over_without_a_jump() {
    tour("the_program_takes_the_first_picture_over_without_a_jump", async |page| {
        page.ask_devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
        for (lang, theme, viewport) in WAYS {
            page.resize(viewport).await?;
            page.open(&address(lang, theme)).await?;
            let [picture, program] = boxes(page).await?;
            assert!(picture.len() > 30, "{picture:?}");
            assert_eq!(names(&picture), names(&program), "{lang} {viewport:?}");
            for (before, after) in picture.iter().zip(&program) {
                for side in 1..5 {
                    let off = before[side].as_f64().unwrap_or(f64::NAN) - after[side].as_f64().unwrap_or(f64::NAN);
                    assert!(off.abs() <= 1.0, "{before} becomes {after}, {lang} {viewport:?}");
                }
            }
            assert_eq!(page.execute("return document.getElementById('first')", vec![]).await?, Value::Null);
        }
        page.expect_quiet_console().await
    });
}

fn names(boxes: &[Value]) -> Vec<&Value> {
    boxes.iter().map(|one| &one[0]).collect()
}

async fn boxes(page: &Page) -> Result<[Vec<Value>; 2]> {
    let boxes = page.execute("return window.takenOver", vec![]).await?;
    let of =
        |name: &str| boxes[name].as_array().cloned().ok_or_else(|| format!("the picture was not taken over: {boxes}"));
    Ok([of("picture")?, of("program")?])
}

/// When the picture goes, the program's page appears: where everything is in both of them.
const WATCH: &str = "
    const remove = Element.prototype.remove;
    const what = ['.top', '.logo', '.scenes select', '.switch', '.chip', '.card', '.card h2', '.strip', '.strip-name',
        '.zk-text', '.group', '.plus', '.lights', '.caption', '.go', '.bottom', '.key', '.clock', '.speed select'];
    const boxes = (page) => what.flatMap((name) => Array.from(page.querySelectorAll(name))
        .filter((one) => one.getClientRects().length > 0)
        .map((one, nth) => {
            const at = one.getBoundingClientRect();
            return [name + ' ' + nth, at.x, at.y, at.width, at.height];
        }));
    Element.prototype.remove = function () {
        if (this.id !== 'first') return remove.call(this);
        const picture = boxes(this.querySelector('.page'));
        remove.call(this);
        window.takenOver = { picture, program: boxes(document.querySelector('.page')) };
    };";
