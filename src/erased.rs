//! What Leptos compiles again for each closure and each type, in a form that is compiled once: lists, conditions, memos and
//! effects. Half of the page's code was copies of these few. `--cfg erase_components` (see `.cargo/config.toml`) does the
//! same for elements and for closures that stand in a view.

use leptos::prelude::*;
use std::any::Any;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::Arc;

/// A closure as an object. `dyn Fn` would carry a second function for each closure, the one that consumes it.
trait Call<In, Out> {
    fn call(&self, input: In) -> Out;
}

impl<In, Out, F: Fn(In) -> Out> Call<In, Out> for F {
    fn call(&self, input: In) -> Out {
        self(input)
    }
}

/// A memo of any type. Its name and use are those of Leptos' own.
pub struct Memo<T> {
    held: leptos::prelude::Memo<Held>,
    of: PhantomData<fn() -> T>,
}

/// What a memo holds.
#[derive(Clone)]
struct Held(Arc<dyn Any + Send + Sync>);

impl Held {
    fn value<T: 'static>(&self) -> &T {
        self.0.downcast_ref().expect("a memo holds the type that it was made for")
    }
}

impl<T: Send + Sync + 'static> Memo<T> {
    pub fn new(compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: PartialEq,
    {
        Memo::new_with_compare(compute, |old, new| old != new)
    }

    /// `differs` says whether its readers are told of the new value.
    pub fn new_with_compare(
        compute: impl Fn(Option<&T>) -> T + Send + Sync + 'static,
        differs: fn(&T, &T) -> bool,
    ) -> Memo<T> {
        let erased = move |last: Option<Held>| {
            let last = last.as_ref().map(Held::value);
            let value = compute(last);
            let is_new = last.is_none_or(|last| differs(last, &value));
            (Held(Arc::new(value)), is_new)
        };
        Memo { held: held(Box::new(erased)), of: PhantomData }
    }

    pub fn with<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(self.held.get().value())
    }

    pub fn with_untracked<R>(self, look: impl FnOnce(&T) -> R) -> R {
        look(self.held.get_untracked().value())
    }

    pub fn get(self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    pub fn get_untracked(self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    pub fn track(self) {
        self.held.track();
    }
}

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Memo<T> {
        *self
    }
}

impl<T> Copy for Memo<T> {}

fn held(compute: Box<dyn Call<Option<Held>, (Held, bool)> + Send + Sync>) -> leptos::prelude::Memo<Held> {
    leptos::prelude::Memo::new_owning(move |last| compute.call(last))
}

/// Leptos' `Effect::new`.
pub fn effect(run: impl Fn() + 'static) {
    run_again(Box::new(move |()| run()));
}

fn run_again(run: Box<dyn Call<(), ()>>) {
    Effect::new(move || run.call(()));
}

/// Whether something is shown.
pub struct Condition(Box<dyn Call<(), bool> + Send + Sync>);

impl<F: Fn() -> bool + Send + Sync + 'static> From<F> for Condition {
    fn from(holds: F) -> Condition {
        Condition(Box::new(move |()| holds()))
    }
}

/// Shows its children as long as the condition holds.
#[component(transparent)]
pub fn Show(#[prop(into)] when: Condition, children: ChildrenFn) -> impl IntoView {
    let holds = Memo::new(move |_| when.0.call(()));
    view! { {move || holds.get().then(|| children())} }
}

/// A list: for each item a row, which stays as long as the item's key does. The rows' views are made when they are new.
pub fn rows<T: Send + 'static, K: Hash + 'static, V: IntoView>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: fn(&T) -> K,
    row: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    let row = Arc::new(row);
    keyed(Box::new(move |()| {
        let erase = |item| {
            let (key, row) = (Key::of(&key(&item)), row.clone());
            Row { key, view: Box::new(move || row(item).into_any()) }
        };
        items().into_iter().map(erase).collect()
    }))
}

struct Row {
    key: Key,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// All that a value gives to a hasher: equal for equal values, and for no others.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Key(Vec<u8>);

impl Key {
    fn of(value: &impl Hash) -> Key {
        let mut key = Key::default();
        value.hash(&mut key);
        key
    }
}

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn keyed(items: Box<dyn Call<(), Vec<Row>> + Send>) -> AnyView {
    view! { <For each=move || items.call(()) key=|row| row.key.clone() let:row>{(row.view)()}</For> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn different_items_have_different_keys() {
        let keys = [("ab", "c", None), ("a", "bc", None), ("ab", "c", Some(0u8))].map(|item| Key::of(&item));
        assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
        assert!(keys[0] == Key::of(&("ab".to_owned(), "c", None::<u8>)));
    }
}
