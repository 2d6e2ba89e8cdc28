//! What a list can be asked for: its filters, its order and its page.

/// The parameters that every list has.
pub trait ListQuery {
    /// The names of the filters: all parameters but the order and the page.
    const FILTERS: &'static [&'static str];

    /// Rows on a page.
    fn limit(&self) -> Option<i64>;

    /// `next_cursor` of the page before.
    fn cursor(&self) -> Option<&str>;

    /// Whether to count all rows.
    fn with_total(&self) -> bool;
}

/// Declares the query of a list: its filters, and an enum of the orders it knows. Adds `sort`,
/// `limit`, `cursor` and `with_total`.
///
/// ```ignore
/// list_query! {
///     /// What a list of exemptions can be asked for.
///     ExemptionQuery {
///         /// The kind of exemption
///         #[param(inline)]
///         kind: ExemptionKind,
///     }
///     /// By default `-starts_on`
///     sort: ExemptionSort
/// }
/// ```
macro_rules! list_query {
    (
        $(#[doc = $doc:expr])*
        $name:ident {
            $( $(#[doc = $field_doc:expr])* $(#[param($($param:tt)*)])? $field:ident: $type:ty, )*
        }
        $( $(#[doc = $sort_doc:expr])* sort: $sort:ty )?
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                $(#[cfg_attr(feature = "openapi", param($($param)*))])?
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
            $(
                $(#[doc = $sort_doc])*
                #[cfg_attr(feature = "openapi", param(inline))]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub sort: Option<$sort>,
            )?
            /// Rows on a page, by default 50
            #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 500))]
            #[serde(skip_serializing_if = "Option::is_none")]
            pub limit: Option<i64>,
            /// `next_cursor` of the page before
            #[serde(skip_serializing_if = "Option::is_none")]
            pub cursor: Option<String>,
            /// Count all rows
            #[serde(skip_serializing_if = "Option::is_none")]
            pub with_total: Option<bool>,
        }

        impl $crate::ListQuery for $name {
            const FILTERS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn limit(&self) -> Option<i64> {
                self.limit
            }

            fn cursor(&self) -> Option<&str> {
                self.cursor.as_deref()
            }

            fn with_total(&self) -> bool {
                self.with_total.unwrap_or_default()
            }
        }
    };
}

/// Declares the parameters of an operation that is no list: optional fields, and no others.
macro_rules! query {
    (
        $(#[doc = $doc:expr])*
        $name:ident {
            $( $(#[doc = $field_doc:expr])* $(#[param($($param:tt)*)])? $field:ident: $type:ty, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                $(#[cfg_attr(feature = "openapi", param($($param)*))])?
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
        }
    };
}
