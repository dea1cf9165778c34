//! Takes pictures of the page; started by `cargo xtask shot`.
//!
//! `--all FOLDER`: every size, theme and language. `--one FILE`: the one for the README.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use e2e::{DESKTOP, PHONE, Page, Result, Theme, Viewport, WIDE, with_page};

const LANGUAGES: &[&str] = &["en", "zh"];
const THEMES: &[Theme] = &[Theme::Light, Theme::Dark];
const VIEWPORTS: &[Viewport] = &[DESKTOP, WIDE, PHONE];

/// How long the page may play before the picture is taken: enough for fonts, layout and a first few steps.
const SETTLE: Duration = Duration::from_millis(1500);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--all", folder] => take_all(Path::new(folder)),
        ["--one", file] => take_one(Path::new(file)),
        _ => Err("usage: shot --all FOLDER | --one FILE".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("shot: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn take_all(folder: &Path) -> Result {
    with_page(async |page| {
        for viewport in VIEWPORTS {
            for theme in THEMES {
                for language in LANGUAGES {
                    let name = format!("{}-{}-{language}.png", viewport.width_px, theme.word());
                    take(page, *viewport, *theme, language, &folder.join(name)).await?;
                }
            }
        }
        Ok(())
    })
}

fn take_one(file: &Path) -> Result {
    with_page(async |page| take(page, DESKTOP, Theme::Dark, "en", file).await)
}

async fn take(page: &Page, viewport: Viewport, theme: Theme, language: &str, file: &Path) -> Result {
    page.resize(viewport).await?;
    // Things in the middle of a travel make pictures that cannot be compared.
    page.prefer(theme, true).await?;
    page.open(&format!("?lang={language}&theme={}", theme.word())).await?;
    tokio::time::sleep(SETTLE).await;
    page.screenshot(file).await?;
    println!("{}", PathBuf::from(file).display());
    for error in page.console_errors().await? {
        eprintln!("shot: console: {error}");
    }
    Ok(())
}
