//! The names by which the page's script and its code know each other. wasm-bindgen makes them long, with hashes that nothing
//! compresses, and each stands in the script and in both files.

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{ExportSection, ImportSection, Module as Encoder, RawSection};
use wasmparser::{Parser, Payload};

use super::module::failed;
use workshop::Error;

/// How a short name begins: no other name of the script does.
const BEGINNING: char = '$';

/// The module and the script with short names, the module without exports that the script does not mention.
pub(super) fn shortened(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String), Error> {
    let said: BTreeSet<&str> = words(script).into_iter().filter(|word| is_name(word)).collect();
    if said.iter().any(|word| word.starts_with(BEGINNING) && word.len() > 1) {
        return Err(failed(format!("its script already has names with `{BEGINNING}`")));
    }
    let mut short = Short { names: BTreeMap::new() };
    let mut encoder = Encoder::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.map_err(failed)?;
        match &payload {
            Payload::ImportSection(reader) => {
                let mut imports = ImportSection::new();
                for import in reader.clone().into_imports() {
                    let import = import.map_err(failed)?;
                    let entity = RoundtripReencoder.entity_type(import.ty).map_err(failed)?;
                    imports.import(import.module, &short.of(import.name, &said), entity);
                }
                encoder.section(&imports);
            }
            Payload::ExportSection(reader) => {
                let mut exports = ExportSection::new();
                for export in reader.clone() {
                    let export = export.map_err(failed)?;
                    if said.contains(export.name) {
                        let kind = RoundtripReencoder.export_kind(export.kind).map_err(failed)?;
                        exports.export(&short.of(export.name, &said), kind, export.index);
                    }
                }
                encoder.section(&exports);
            }
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    encoder.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    let script = words(script).into_iter().map(|word| short.names.get(word).map_or(word, String::as_str)).collect();
    Ok((encoder.finish(), script))
}

struct Short<'a> {
    /// By long name.
    names: BTreeMap<&'a str, String>,
}

impl<'a> Short<'a> {
    /// wasm-bindgen's own names have two underlines somewhere; what others gave a name keeps it.
    fn of(&mut self, name: &'a str, said: &BTreeSet<&str>) -> String {
        if !name.contains("__") || !said.contains(name) {
            return name.to_owned();
        }
        let next = self.names.len();
        self.names.entry(name).or_insert_with(|| format!("{BEGINNING}{}", digits(next))).clone()
    }
}

/// A number in letters and digits, two of them if it is not too large: names of one length compress best.
pub(super) fn digits(mut number: usize) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.len() < 2 {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[number % 36]);
        number /= 36;
    }
    digits.into_iter().rev().map(char::from).collect()
}

/// A script's names and what stands between them.
fn words(script: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = script;
    while let Some(first) = rest.chars().next() {
        let is_other = |letter: char| is_of_name(letter) != is_of_name(first);
        let (word, from) = rest.split_at(rest.find(is_other).unwrap_or(rest.len()));
        words.push(word);
        rest = from;
    }
    words
}

fn is_name(word: &str) -> bool {
    word.starts_with(is_of_name)
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == BEGINNING
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, Instruction,
        Module as Encoder, TypeSection,
    };
    use wasmparser::{Parser, Payload};

    use super::{digits, shortened};

    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import("./page.js", "__wbg_log_1f", EntityType::Function(0));
        imports.import("./page.js", "__wbg_log_1f2e", EntityType::Function(0));
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut code = CodeSection::new();
        let mut body = Function::new([]);
        body.instruction(&Instruction::End);
        code.function(&body);
        let mut exports = ExportSection::new();
        for name in ["run", "__start", "nobody__calls"] {
            exports.export(name, ExportKind::Func, 2);
        }
        let mut encoder = Encoder::new();
        encoder.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
        encoder.finish()
    }

    #[test]
    fn script_and_code_have_the_same_short_names() {
        let script = "f = { __wbg_log_1f2e: a, __wbg_log_1f: b }; wasm.__start(wasm.run, my__own, `${c}`)";
        let (module, script) = shortened(&module(), script).expect("it is wasm");
        assert_eq!(script, "f = { $01: a, $00: b }; wasm.$02(wasm.run, my__own, `${c}`)");
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&module) {
            match payload.expect("it is wasm") {
                Payload::ImportSection(reader) => {
                    names.extend(reader.into_imports().map(|it| it.expect("it is read").name));
                }
                Payload::ExportSection(reader) => {
                    names.extend(reader.into_iter().map(|it| it.expect("it is read").name))
                }
                _ => {}
            }
        }
        assert_eq!(names, ["$00", "$01", "run", "$02"], "what nobody calls is not exported");
    }

    #[test]
    fn a_script_that_has_such_names_is_refused() {
        assert!(shortened(&module(), "$00 = 1").is_err());
    }

    #[test]
    fn digits_are_two_as_long_as_that_is_enough() {
        assert_eq!([0, 35, 36, 1295, 1296].map(digits), ["00", "0z", "10", "zz", "100"]);
    }
}
