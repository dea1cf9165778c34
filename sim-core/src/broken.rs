//! Rules that a test can break, to show that somebody would notice. A rule is a small function in the `rules` file of
//! its machine; beside it stands what it would be if somebody had got it wrong. Without the feature `broken-rules`
//! only the rule itself is compiled.

/// Declares the rules of one machine: their functions, and for tests the `Rule` that names each.
macro_rules! rules {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident: fn $function:ident($($argument:ident: $type:ty),*) -> $result:ty { $right:expr } broken { $wrong:expr }
    )*) => {
        /// A rule that can be broken.
        #[cfg(feature = "broken-rules")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Rule {
            $($(#[doc = $doc])* $name,)*
        }

        #[cfg(feature = "broken-rules")]
        impl Rule {
            /// Every rule of this machine.
            pub const ALL: &[Rule] = &[$(Rule::$name),*];
        }

        #[cfg(feature = "broken-rules")]
        impl $crate::broken::Breakable for Rule {
            fn id(self) -> &'static str {
                match self {
                    $(Rule::$name => concat!(module_path!(), "::", stringify!($name)),)*
                }
            }
        }

        $(
            $(#[doc = $doc])*
            #[inline]
            pub(crate) fn $function($($argument: $type),*) -> $result {
                #[cfg(feature = "broken-rules")]
                if $crate::broken::is_broken(Rule::$name) {
                    return $wrong;
                }
                $right
            }
        )*
    };
}
pub(crate) use rules;

#[cfg(feature = "broken-rules")]
pub(crate) use self::in_tests::is_broken;
#[cfg(feature = "broken-rules")]
pub use self::in_tests::{Breakable, Broken, in_this_thread};

#[cfg(feature = "broken-rules")]
mod in_tests {
    use std::cell::Cell;

    /// A rule of any machine.
    pub trait Breakable: Copy {
        /// Its name, unique in the crate.
        fn id(self) -> &'static str;
    }

    thread_local! {
        static BROKEN: Cell<Option<&'static str>> = const { Cell::new(None) };
    }

    /// Breaks a rule in this thread, until the value is dropped.
    #[must_use]
    pub fn in_this_thread(rule: impl Breakable) -> Broken {
        Broken { before: BROKEN.replace(Some(rule.id())) }
    }

    /// A rule is broken as long as this lives.
    #[derive(Debug)]
    pub struct Broken {
        before: Option<&'static str>,
    }

    impl Drop for Broken {
        fn drop(&mut self) {
            BROKEN.set(self.before);
        }
    }

    pub(crate) fn is_broken(rule: impl Breakable) -> bool {
        BROKEN.get() == Some(rule.id())
    }
}
