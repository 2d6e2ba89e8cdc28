//! Views with a version and an address.

/// A view with the version from which its ETag is derived.
pub trait Versioned {
    /// Returns the version.
    fn version(&self) -> i32;
}

/// A versioned view with an address.
pub trait Resource: Versioned {
    /// Returns the path below `/api/v1`.
    fn path(&self) -> String;
}

/// Implements [`Versioned`] and [`Resource`] for views with `id` and `version`.
macro_rules! resource {
    ($view:ty, $path:literal) => {
        impl $crate::Versioned for $view {
            fn version(&self) -> i32 {
                self.version
            }
        }

        impl $crate::Resource for $view {
            fn path(&self) -> String {
                format!(concat!($path, "/{}"), self.id)
            }
        }
    };
}
