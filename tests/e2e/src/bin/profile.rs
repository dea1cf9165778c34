//! Watches which functions the opening scene runs; started by `cargo xtask profile` with a site that observes itself. Prints
//! their indices as a JSON list.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use e2e::{DESKTOP, PHONE, Page, Result, SMALL, WIDE, with_page};

/// How long the scene is watched: until the second file is there on a slow line. The page that observes itself is slower.
const WATCHED: Duration = Duration::from_secs(8);

fn main() -> ExitCode {
    match with_page(watch) {
        Ok(ran) => {
            println!("{ran:?}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

async fn watch(page: &Page) -> Result<Vec<u32>> {
    let mut ran = BTreeSet::new();
    let visits = [(DESKTOP, ""), (DESKTOP, "?lang=zh"), (SMALL, ""), (WIDE, "?theme=dark"), (PHONE, "")];
    for (viewport, address_tail) in visits {
        page.resize(viewport).await?;
        page.open(address_tail).await?;
        page.wait_for("page").await?;
        tokio::time::sleep(WATCHED).await;
        let indices = page.execute("return Object.keys(window.ran).map(Number)", vec![]).await?;
        ran.extend(
            indices.as_array().into_iter().flatten().filter_map(|index| index.as_u64()).map(|index| index as u32),
        );
    }
    Ok(ran.into_iter().collect())
}
