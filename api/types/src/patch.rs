use serde::{Deserialize, Deserializer};

/// A field of an update: absent leaves it unchanged, `null` clears it, a value sets it.
pub type Patch<T> = Option<Option<T>>;

/// Deserializes a [`Patch`], which distinguishes an absent field from `null`: `#[serde(default, deserialize_with =
/// "double_option")]`.
///
/// # Errors
/// The errors of deserializing the value.
pub fn double_option<'de, T, D>(deserializer: D) -> Result<Patch<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
