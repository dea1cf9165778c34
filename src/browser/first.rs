//! The picture that stands in `index.html` until the program has drawn its own (`assets/first.js`).

use crate::layout::Size;
use web_sys::Element;

fn picture() -> Option<Element> {
    web_sys::window()?.document()?.get_element_by_id("first")
}

/// The size of the stage, which the picture knows already: measuring would make the browser lay out the page once more.
pub fn stage_size() -> Option<Size> {
    let text = picture()?.get_attribute("data-size")?;
    // As in `browser::size`, JavaScript reads the numbers.
    let mut numbers = text.split(' ').map(js_sys::Number::parse_float).filter(|number| *number > 0.0);
    Some(Size { width: numbers.next()?, height: numbers.next()?, rem: numbers.next()? })
}

/// From here on the program's own page is seen, which stands behind the picture.
pub fn take_over() {
    if let Some(picture) = picture() {
        picture.remove();
    }
}
