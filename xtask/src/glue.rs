//! wasm-bindgen's JavaScript as it travels.

use std::fs;
use std::path::Path;

use workshop::{Context, Error};

/// Takes out of the scripts of a site that trunk has built what is there for their readers, in place.
pub(crate) fn make_smaller(dist: &Path) -> Result<(), Error> {
    for entry in fs::read_dir(dist).context(|| format!("read {}", dist.display()))?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|it| it == "js") {
            let script = fs::read_to_string(&path).context(|| format!("read {}", path.display()))?;
            fs::write(&path, without_comments(&script)).context(|| format!("write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The script that wasm-bindgen writes, without indentation, empty lines and comments. trunk's own way to make it smaller
/// does not understand it. A text of several lines would lose its indentation too; it has none.
fn without_comments(script: &str) -> String {
    let mut is_comment = false;
    let mut kept = String::with_capacity(script.len());
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            kept += line;
            kept.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn a_script_keeps_all_its_lines_but_those_for_its_readers() {
        let script = "/**\n * @returns {number}\n */\nexport function f() {\n    // one\n    return `a // b`; // two\n\n}\n/* c */\nf();";
        assert_eq!(without_comments(script), "export function f() {\nreturn `a // b`; // two\n}\nf();\n");
    }
}
