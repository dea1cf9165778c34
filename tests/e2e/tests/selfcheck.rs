//! Promise 1 across machines: the engine in a browser, compiled as the page is, gives the same events as on the host.

use e2e::{Page, Result, tour};
use serde_json::{Value, json};
use sim_core::check::selfcheck;
use sim_core::check::selfcheck::{Outcome, Search};

/// More events than any scene has, and exact as a JSON number.
const ALL: u64 = 1 << 50;

/// What the engine in the browser says about the first so many events of a scene.
async fn in_the_browser(page: &Page, scene: u32, events: u64) -> Result<Outcome> {
    let script = "return window.engine.selfcheck_digest(arguments[0], arguments[1]);";
    let answer = page.execute(script, vec![json!(scene), json!(events)]).await?;
    let number = |nth: usize| answer.get(nth).and_then(Value::as_str).and_then(|text| text.parse::<u64>().ok());
    match (number(0), number(1)) {
        (Some(events), Some(digest)) => Ok(Outcome { events, digest }),
        _ => Err(format!("scene {scene} did not come up in the browser: {answer}").into()),
    }
}

#[test]
#[ignore = "needs the built site and a browser: cargo xtask test"]
fn the_browser_gives_the_same_events_as_the_host() {
    tour("the_browser_gives_the_same_events_as_the_host", async |page| {
        page.open_engine().await?;
        for scene in 0..selfcheck::SCENES {
            let on_host = |events: u64| {
                selfcheck::digest_of(scene, events)
                    .map_err(|error| format!("scene {scene} does not come up: {error:?}"))
            };
            let (here, there) = (on_host(ALL)?, in_the_browser(page, scene, ALL).await?);
            if here == there {
                continue;
            }
            let mut search = Search::among(here.events.min(there.events));
            while let Some(events) = search.next() {
                search.answer(on_host(events)? == in_the_browser(page, scene, events).await?);
            }
            let event = selfcheck::event_of(scene, search.found()).ok().flatten();
            panic!("scene {scene}: event {} is different in the browser; on the host it is {event:?}", search.found());
        }
        Ok(())
    });
}
