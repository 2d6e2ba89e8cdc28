//! What was typed into a form and not sent yet: kept in the tab over a reload, an expired sign-in or
//! a lost connection, and put back when the form is opened again. What is secret is not kept.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use gloo_storage::{SessionStorage, Storage};
use serde::{Serialize, de::DeserializeOwned};

/// What all keys begin with.
const PREFIX: &str = "songjiao.draft";

/// The changes of a form, by the JSON pointers of its fields. Without a key nothing is kept.
#[derive(Clone, Default)]
pub struct SavedDraft(Rc<Inner>);

#[derive(Default)]
struct Inner {
    key: Option<String>,
    /// As JSON, what was changed and not sent.
    changed: RefCell<HashMap<String, String>>,
    /// Those of before the form was opened, until their fields have them.
    waiting: RefCell<HashMap<String, String>>,
    /// As JSON, what the fields had before.
    originals: RefCell<HashMap<String, String>>,
    /// What puts them back, once the form is drawn.
    restores: RefCell<Vec<Box<dyn FnOnce()>>>,
    restored: Cell<bool>,
}

impl SavedDraft {
    /// What this user has typed at this path.
    pub fn at(user: &str, path: &str) -> Self {
        let key = format!("{PREFIX}.{user}.{path}");
        let waiting: HashMap<String, String> = SessionStorage::get(&key).unwrap_or_default();
        Self(Rc::new(Inner {
            key: Some(key),
            changed: RefCell::new(waiting.clone()),
            waiting: RefCell::new(waiting),
            ..Inner::default()
        }))
    }

    /// Whether anything is kept at all.
    pub fn keeps(&self) -> bool {
        self.0.key.is_some()
    }

    /// Whether something of before was put back.
    pub fn restored(&self) -> bool {
        self.0.restored.get()
    }

    /// Keeps a change.
    pub fn note<V: Serialize>(&self, pointer: &str, value: &V) {
        if self.keeps()
            && !is_secret(pointer)
            && let Ok(json) = serde_json::to_string(value)
        {
            self.0.changed.borrow_mut().insert(pointer.to_owned(), json);
            self.save();
        }
    }

    /// Keeps a value while there is anything in it that is not saved.
    pub fn keep<V: Serialize>(&self, pointer: &str, value: &V, unsaved: bool) {
        if unsaved {
            self.note(pointer, value);
        } else {
            self.forget();
        }
    }

    /// What the field had typed into it before; given once. `present` is what it has now.
    pub fn take<V: Serialize + DeserializeOwned + PartialEq>(&self, pointer: &str, present: &V) -> Option<V> {
        let json = self.0.waiting.borrow_mut().remove(pointer)?;
        let value: V = serde_json::from_str(&json).ok()?;
        if value == *present {
            return None;
        }
        self.0.originals.borrow_mut().insert(pointer.to_owned(), serde_json::to_string(present).ok()?);
        Some(value)
    }

    /// What the record has where the field shows what was put back.
    pub fn original<V: DeserializeOwned>(&self, pointer: &str) -> Option<V> {
        serde_json::from_str(self.0.originals.borrow().get(pointer)?).ok()
    }

    /// Puts a field's value back when [`Self::restore`] is called.
    pub fn later(&self, restore: impl FnOnce() + 'static) {
        self.0.restores.borrow_mut().push(Box::new(restore));
    }

    /// Puts back what the last drawing of the form found.
    pub fn restore(&self) {
        let restores = self.0.restores.take();
        if !restores.is_empty() {
            self.0.restored.set(true);
        }
        for restore in restores {
            restore();
        }
    }

    /// Nothing is left to keep: it was sent, or given up.
    pub fn forget(&self) {
        self.0.changed.borrow_mut().clear();
        self.0.waiting.borrow_mut().clear();
        self.0.originals.borrow_mut().clear();
        self.0.restored.set(false);
        if let Some(key) = &self.0.key {
            SessionStorage::delete(key);
        }
    }

    fn save(&self) {
        if let Some(key) = &self.0.key {
            // A full or blocked storage costs the convenience, not the form.
            let _ = SessionStorage::set(key, &*self.0.changed.borrow());
        }
    }
}

/// Forgets all that was typed in this tab: whoever signs in next is somebody else.
pub fn clear_all_drafts() {
    let storage = SessionStorage::raw();
    let count = storage.length().unwrap_or_default();
    let keys: Vec<String> = (0..count).filter_map(|at| storage.key(at).ok().flatten()).collect();
    for key in keys.iter().filter(|key| key.starts_with(PREFIX)) {
        let _ = storage.remove_item(key);
    }
}

/// Passwords and identity numbers are typed again.
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
    fn what_a_field_has_already_is_not_put_back() {
        let kept = SavedDraft::default();
        for pointer in ["/name", "/code"] {
            kept.0.waiting.borrow_mut().insert(pointer.to_owned(), "\"王芳\"".to_owned());
        }
        assert_eq!(kept.take("/name", &"王芳".to_owned()), None);
        assert_eq!(kept.take("/code", &"李敏".to_owned()), Some("王芳".to_owned()));
        assert_eq!(kept.original::<String>("/code"), Some("李敏".to_owned()));
        assert_eq!(kept.take("/code", &"李敏".to_owned()), None);
    }
}
