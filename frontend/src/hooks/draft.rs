//! Unsent form input. It is saved in the tab over a reload, an expired session or a lost connection, and restored when
//! the form is opened again. Secrets are not saved.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use gloo_storage::{SessionStorage, Storage};
use serde::{Serialize, de::DeserializeOwned};

/// The prefix of the storage keys.
const PREFIX: &str = "songjiao.draft";

/// The changed fields of a form, by JSON pointer. Without a key nothing is saved.
#[derive(Clone, Default)]
pub struct SavedDraft(Rc<Inner>);

#[derive(Default)]
struct Inner {
    key: Option<String>,
    /// The unsent changes, as JSON.
    changed: RefCell<HashMap<String, String>>,
    /// Changes of an earlier visit that their fields have not taken yet.
    waiting: RefCell<HashMap<String, String>>,
    /// The values of the fields before the draft was restored, as JSON.
    originals: RefCell<HashMap<String, String>>,
    /// Restores the fields once the form is rendered.
    restores: RefCell<Vec<Box<dyn FnOnce()>>>,
    restored: Cell<bool>,
}

impl SavedDraft {
    /// The saved draft of this user at this path.
    pub fn open(user: &str, path: &str) -> Self {
        let key = format!("{PREFIX}.{user}.{path}");
        let waiting: HashMap<String, String> = SessionStorage::get(&key).unwrap_or_default();
        Self(Rc::new(Inner {
            key: Some(key),
            changed: RefCell::new(waiting.clone()),
            waiting: RefCell::new(waiting),
            ..Inner::default()
        }))
    }

    /// Whether drafts are saved at all.
    pub fn is_kept(&self) -> bool {
        self.0.key.is_some()
    }

    /// Whether an earlier draft was restored.
    pub fn restored(&self) -> bool {
        self.0.restored.get()
    }

    /// Saves a changed field.
    pub fn save_field<V: Serialize>(&self, pointer: &str, value: &V) {
        if self.is_kept()
            && !is_secret(pointer)
            && let Ok(json) = serde_json::to_string(value)
        {
            self.0.changed.borrow_mut().insert(pointer.to_owned(), json);
            self.write();
        }
    }

    /// Saves a value while it is unsaved, and clears the draft once it is saved.
    pub fn save_while<V: Serialize>(&self, pointer: &str, value: &V, unsaved: bool) {
        if unsaved {
            self.save_field(pointer, value);
        } else {
            self.clear();
        }
    }

    /// Returns the field's value of an earlier visit, once, unless it equals `present`.
    pub fn take_restored<V: Serialize + DeserializeOwned + PartialEq>(&self, pointer: &str, present: &V) -> Option<V> {
        let json = self.0.waiting.borrow_mut().remove(pointer)?;
        let value: V = serde_json::from_str(&json).ok()?;
        if value == *present {
            return None;
        }
        self.0.originals.borrow_mut().insert(pointer.to_owned(), serde_json::to_string(present).ok()?);
        Some(value)
    }

    /// The value of the record where the field shows a restored one.
    pub fn original<V: DeserializeOwned>(&self, pointer: &str) -> Option<V> {
        serde_json::from_str(self.0.originals.borrow().get(pointer)?).ok()
    }

    /// Queues a field to be restored by [`Self::restore`].
    pub fn restore_later(&self, restore: impl FnOnce() + 'static) {
        self.0.restores.borrow_mut().push(Box::new(restore));
    }

    /// Restores the queued fields.
    pub fn restore(&self) {
        let restores = self.0.restores.take();
        if !restores.is_empty() {
            self.0.restored.set(true);
        }
        for restore in restores {
            restore();
        }
    }

    /// Clears the draft: it was sent or discarded.
    pub fn clear(&self) {
        self.0.changed.borrow_mut().clear();
        self.0.waiting.borrow_mut().clear();
        self.0.originals.borrow_mut().clear();
        self.0.restored.set(false);
        if let Some(key) = &self.0.key {
            SessionStorage::delete(key);
        }
    }

    fn write(&self) {
        if let Some(key) = &self.0.key {
            // A full or blocked storage costs the convenience, not the form.
            let _ = SessionStorage::set(key, &*self.0.changed.borrow());
        }
    }
}

/// Clears all drafts of this tab, since another user may sign in next.
pub fn clear_all_drafts() {
    let storage = SessionStorage::raw();
    let count = storage.length().unwrap_or_default();
    let keys: Vec<String> = (0..count).filter_map(|at| storage.key(at).ok().flatten()).collect();
    for key in keys.iter().filter(|key| key.starts_with(PREFIX)) {
        let _ = storage.remove_item(key);
    }
}

/// Passwords and identity numbers are never stored.
fn is_secret(pointer: &str) -> bool {
    pointer.contains("password") || pointer.contains("id_number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_kept() {
        assert!(is_secret("/new_password"));
        assert!(is_secret("/id_number"));
        assert!(!is_secret("/name"));
    }

    #[test]
    fn a_restored_value_equal_to_the_current_one_is_dropped() {
        let saved = SavedDraft::default();
        for pointer in ["/name", "/code"] {
            saved.0.waiting.borrow_mut().insert(pointer.to_owned(), "\"王芳\"".to_owned());
        }
        assert_eq!(saved.take_restored("/name", &"王芳".to_owned()), None);
        assert_eq!(saved.take_restored("/code", &"李敏".to_owned()), Some("王芳".to_owned()));
        assert_eq!(saved.original::<String>("/code"), Some("李敏".to_owned()));
        assert_eq!(saved.take_restored("/code", &"李敏".to_owned()), None);
    }
}
