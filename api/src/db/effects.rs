//! What a change in an earlier area sets off in a later one. The earlier area declares a trait, the
//! later area implements it, `app` registers the implementation, and the earlier area calls it in the
//! transaction of the change.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
};

use crate::error::{ApiError, Result};

/// The implementations of the areas' traits, by trait object.
#[derive(Default)]
pub struct Effects(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Effects {
    /// Registers the implementation of a trait `T`, as `Box<dyn T>`.
    #[must_use]
    pub fn with<T: ?Sized + 'static>(mut self, implementation: Box<T>) -> Self
    where
        Box<T>: Send + Sync,
    {
        self.0.insert(TypeId::of::<T>(), Box::new(implementation));
        self
    }

    /// Returns the implementation of a trait.
    ///
    /// # Errors
    /// 500 if none is registered.
    pub fn of<T: ?Sized + 'static>(&self) -> Result<&T> {
        let found = self.0.get(&TypeId::of::<T>()).and_then(|found| found.downcast_ref::<Box<T>>());
        found.map(AsRef::as_ref).ok_or_else(|| ApiError::internal(format!("{} is not registered", type_name::<T>())))
    }
}
