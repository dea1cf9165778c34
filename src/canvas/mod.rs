//! What flies: `scene` says where everything is (pure), `painter` puts it on the page (web-sys only), `layer` is the
//! component that brings them together.

pub mod layer;
pub mod painter;
pub mod scene;
pub mod travel;
