/// A closed set of values that is stored and sent as its identifier and shown as its
/// Chinese label.
pub trait WireEnum: Copy + Eq + 'static {
    /// Every value, in the order in which people list them.
    const ALL: &'static [Self];

    /// The identifier on the wire and in the database.
    fn as_str(self) -> &'static str;

    /// The Chinese label.
    fn label(self) -> &'static str;

    /// The code of the national teacher system, where it has one.
    fn code(self) -> Option<&'static str>;

    /// Understands the identifier, the Chinese label or the national code.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.iter().copied().find(|value| {
            value.as_str().eq_ignore_ascii_case(text) || value.label() == text || value.code() == Some(text)
        })
    }

    /// Understands the identifier alone: what the database holds.
    fn from_identifier(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.as_str() == text)
    }
}

/// Declares an enum together with its identifiers, Chinese labels and national codes.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $id:literal, $label:literal $(, $code:literal)?;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $id)] $variant,)+
        }

        impl $crate::WireEnum for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            fn code(self) -> Option<&'static str> {
                #[allow(unused_mut, unused_assignments, clippy::match_same_arms)]
                match self { $(Self::$variant => wire_enum!(@code $($code)?),)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::WireEnum::as_str(*self))
            }
        }
    };
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
}
