//! What the linker shall say about the page's code.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    // The release build takes the code apart, with its data: it reads from the relocations what refers to which data.
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") {
        println!("cargo::rustc-link-arg-bin=brokerscope=--emit-relocs");
    }
}
