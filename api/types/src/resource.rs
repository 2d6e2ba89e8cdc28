//! Resources with an address and a version.

/// A view that carries the version its ETag is made of.
pub trait Versioned {
    /// Counts the changes.
    fn version(&self) -> i32;
}

/// A versioned view with an address of its own.
pub trait Resource: Versioned {
    /// The path below `/api/v1`.
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
