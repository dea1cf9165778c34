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
            fs::write(&path, without_comments(&without_classes(&script)))
                .context(|| format!("write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The script without classes that nothing else in it speaks of: a library exports them for pages that pass streams to it.
fn without_classes(script: &str) -> String {
    let lines: Vec<&str> = script.lines().collect();
    let mut is_of_class = vec![false; lines.len()];
    for name in lines.iter().filter_map(|line| line.strip_prefix("export class ")?.strip_suffix(" {")) {
        // The class, what disposes of its objects, what frees forgotten ones: each from its first line to its last.
        let parts = [
            (format!("export class {name} {{"), "}"),
            (format!("if (Symbol.dispose) {name}."), ";"),
            (format!("const {name}Finalization = "), ";"),
        ];
        let mut own = vec![false; lines.len()];
        for (begins, ends) in parts {
            let Some(first) = lines.iter().position(|line| line.starts_with(&begins)) else { continue };
            let is_last = |line: &&str| line.ends_with(ends) && (ends == ";" || line.len() == 1);
            let length = lines[first..].iter().position(is_last).unwrap_or_default();
            own[first..=first + length].fill(true);
        }
        if !lines.iter().zip(&own).any(|(line, own)| !own && line.contains(name)) {
            is_of_class.iter_mut().zip(own).for_each(|(all, own)| *all |= own);
        }
    }
    lines.iter().zip(is_of_class).filter(|(_, is_of_class)| !is_of_class).flat_map(|(line, _)| [*line, "\n"]).collect()
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
    use super::{without_classes, without_comments};

    #[test]
    fn a_class_that_nobody_speaks_of_goes_with_all_that_is_its_own() {
        let class = "export class Sink {\n    close() {\n    }\n}\nif (Symbol.dispose) Sink.prototype.a = b;\n";
        let forgotten = "const SinkFinalization = (c)\n    ? d\n    : e;\n";
        assert_eq!(without_classes(&format!("f();\n{class}g();\n{forgotten}h();\n")), "f();\ng();\nh();\n");
        let used = format!("{class}{forgotten}new Sink();\n");
        assert_eq!(without_classes(&used), used);
    }

    #[test]
    fn a_script_keeps_all_its_lines_but_those_for_its_readers() {
        let script = "/**\n * @returns {number}\n */\nexport function f() {\n    // one\n    return `a // b`; // two\n\n}\n/* c */\nf();";
        assert_eq!(without_comments(script), "export function f() {\nreturn `a // b`; // two\n}\nf();\n");
    }
}
