//! Watches which functions the opening scene runs; started by `cargo xtask profile` with a site that observes itself. Prints
//! their indices as a JSON list.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use e2e::{DESKTOP, PHONE, Page, Result, with_page};

/// How long the scene is watched: until it plays, and until the second file is there on a slow line.
const WATCHED: Duration = Duration::from_secs(4);

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
    for (viewport, address_tail) in [(DESKTOP, ""), (DESKTOP, "?lang=zh"), (PHONE, "")] {
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
