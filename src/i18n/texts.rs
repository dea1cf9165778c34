//! How fixed texts are declared: each line has both languages, so that none can be forgotten.

/// Declares an enum of fixed texts: its name with what they are for, then one line for each text, in English and in 中文.
macro_rules! texts {
    ( $(#[$doc:meta])* $Texts:ident; $( $(#[$text_doc:meta])* $Variant:ident => $en:literal, $zh:literal; )* ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $Texts {
            $( $(#[$text_doc])* $Variant, )*
        }

        impl $Texts {
            /// For tests.
            pub const ALL: &'static [$Texts] = &[ $( $Texts::$Variant, )* ];

            pub const fn text(self, lang: $crate::i18n::Lang) -> &'static str {
                match (self, lang) {
                    $(
                        ($Texts::$Variant, $crate::i18n::Lang::En) => $en,
                        ($Texts::$Variant, $crate::i18n::Lang::Zh) => $zh,
                    )*
                }
            }
        }
    };
}
pub(super) use texts;
