//! Forms: a draft that the fields change, the errors beside the fields, and the submission.
//!
//! Errors that only the API can find (a code that is taken) are shown beside their field, too.

use std::{future::Future, rc::Rc};

use serde::{Serialize, de::DeserializeOwned};
use songjiao_types::FieldError;
use yew::prelude::*;
use yew_router::prelude::*;

use super::{draft::SavedDraft, unsaved::use_unsaved_guard, use_action};
use crate::{
    api::{ApiError, ApiResult, Client},
    session::use_session,
};

/// The value of a field, and how it changes the draft.
#[derive(Clone, PartialEq)]
pub struct Bind<V: Clone + PartialEq> {
    /// The id of the element.
    pub id: AttrValue,
    /// The value to show.
    pub value: V,
    /// The error of the field.
    pub error: Option<AttrValue>,
    /// The value of the record, where the field shows a restored one.
    pub original: Option<V>,
    /// Gets the new value.
    pub onchange: Callback<V>,
}

/// The state of a form apart from its draft.
#[derive(Clone, Default, PartialEq)]
pub struct FormStatus {
    /// Whether it is being sent.
    pub busy: bool,
    /// The errors of single fields.
    pub errors: Vec<FieldError>,
    /// Why the API refused it.
    pub refusal: Option<ApiError>,
    /// Counts failed attempts. Each moves the focus to the first error.
    pub failures: u32,
    /// Whether an earlier draft was restored.
    pub restored: bool,
    /// Discards the draft, where drafts are saved.
    pub discard: Option<Callback<()>>,
}

struct State<D> {
    initial: Rc<D>,
    draft: D,
    touched: bool,
    status: FormStatus,
}

enum Step<D> {
    Edit(&'static str, Box<dyn FnOnce(&mut D)>),
    Send,
    Invalid(Vec<FieldError>),
    Refuse(ApiError),
    Checked,
    Done,
    Discard,
}

impl<D: Clone + 'static> Reducible for State<D> {
    type Action = Step<D>;

    fn reduce(self: Rc<Self>, step: Step<D>) -> Rc<Self> {
        let (mut draft, mut status) = (self.draft.clone(), self.status.clone());
        let mut touched = self.touched;
        match step {
            Step::Edit(pointer, edit) => {
                edit(&mut draft);
                touched = true;
                status.errors.retain(|error| error.pointer != pointer);
            }
            Step::Send => {
                status = FormStatus { busy: true, failures: status.failures, ..FormStatus::default() };
            }
            Step::Invalid(errors) => {
                status = FormStatus { errors, failures: status.failures + 1, ..FormStatus::default() };
            }
            Step::Refuse(refusal) => {
                let errors = refusal.field_errors().to_vec();
                let failures = status.failures + 1;
                status = FormStatus { errors, refusal: Some(refusal), failures, ..FormStatus::default() };
            }
            Step::Checked => status.busy = false,
            Step::Done => {
                status.busy = false;
                touched = false;
            }
            Step::Discard => {
                draft = (*self.initial).clone();
                status = FormStatus { failures: status.failures, ..FormStatus::default() };
                touched = false;
            }
        }
        Rc::new(Self { initial: self.initial.clone(), draft, touched, status })
    }
}

/// A form over a draft `D`, which is turned into the wire type when it is sent.
pub struct Form<D: Clone + 'static> {
    state: UseReducerHandle<State<D>>,
    saved: SavedDraft,
}

impl<D: Clone + 'static> Clone for Form<D> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), saved: self.saved.clone() }
    }
}

fn begin<D: Clone>(draft: D) -> State<D> {
    State { initial: Rc::new(draft.clone()), draft, touched: false, status: FormStatus::default() }
}

/// A form whose draft is not saved: a dialog, a password.
#[hook]
pub fn use_form<D: Clone + 'static>(initial: impl FnOnce() -> D) -> Form<D> {
    Form { state: use_reducer(|| begin(initial())), saved: SavedDraft::default() }
}

/// The form of a page: its draft survives a reload, and leaving the page asks first.
#[hook]
pub fn use_page_form<D: Clone + 'static>(initial: impl FnOnce() -> D) -> Form<D> {
    let state = use_reducer(|| begin(initial()));
    let saved = use_saved_draft(state.touched, t!("填写的内容还没有提交，确定离开吗？"));
    Form { state, saved }
}

/// Keeps the unsaved changes of this page over a reload, and asks before the page is left.
#[hook]
pub fn use_saved_draft(unsaved: bool, question: &'static str) -> SavedDraft {
    let session = use_session();
    let path = use_location().map(|location| location.path().to_owned()).unwrap_or_default();
    let saved = use_memo((), move |()| {
        let user = session.me().map(|me| me.id.to_string()).unwrap_or_default();
        SavedDraft::open(&user, &path)
    });
    let leave = {
        let saved = saved.clone();
        Callback::from(move |()| saved.clear())
    };
    use_unsaved_guard(unsaved, question, leave);
    {
        let saved = saved.clone();
        use_effect(move || saved.restore());
    }
    (*saved).clone()
}

impl<D: Clone + 'static> Form<D> {
    /// The current draft.
    pub fn draft(&self) -> &D {
        &self.state.draft
    }

    /// The current state.
    pub fn status(&self) -> FormStatus {
        let discard = self.saved.is_kept().then(|| {
            let (dispatch, saved) = (self.state.dispatcher(), self.saved.clone());
            Callback::from(move |()| {
                saved.clear();
                dispatch.dispatch(Step::Discard);
            })
        });
        FormStatus { restored: self.saved.restored(), discard, ..self.state.status.clone() }
    }

    /// Binds a field to the draft. `pointer` is the JSON pointer of the wire field, by which its errors are found:
    /// `/name`.
    pub fn bind<V: Clone + PartialEq + Serialize + DeserializeOwned + 'static>(
        &self,
        pointer: &'static str,
        value: V,
        set: impl Fn(&mut D, V) + 'static,
    ) -> Bind<V> {
        let (dispatch, set, saved) = (self.state.dispatcher(), Rc::new(set), self.saved.clone());
        if let Some(before) = saved.take_restored(pointer, &value) {
            let (dispatch, set) = (dispatch.clone(), set.clone());
            saved.restore_later(move || {
                dispatch.dispatch(Step::Edit(pointer, Box::new(move |draft| set(draft, before))));
            });
        }
        let original = saved.original(pointer).filter(|original| *original != value);
        let onchange = Callback::from(move |value: V| {
            let set = set.clone();
            saved.save_field(pointer, &value);
            dispatch.dispatch(Step::Edit(pointer, Box::new(move |draft| set(draft, value))));
        });
        let error = self.state.status.errors.iter().find(|error| error.pointer == pointer);
        Bind {
            id: format!("field{}", pointer.replace(['/', '_'], "-")).into(),
            value,
            error: error.map(|error| error.message.clone().into()),
            original,
            onchange,
        }
    }

    /// Changes the draft other than by a field.
    pub fn edit(&self, edit: impl FnOnce(&mut D) + 'static) {
        self.state.dispatch(Step::Edit("", Box::new(edit)));
    }
}

/// Binds a field to the draft's field of the same name: `bind!(form.name)`.
macro_rules! bind {
    ($form:ident.$field:ident) => {
        $form.bind(concat!("/", stringify!($field)), $form.draft().$field.clone(), |draft, value| draft.$field = value)
    };
}
pub(crate) use bind;

/// Sends a form without submitting it, to learn what it would do: like [`use_submit`], but the draft is kept.
#[hook]
pub fn use_dry_run<D, B, O, F, C, W, N>(form: &Form<D>, wire: C, work: W, done: N) -> Callback<()>
where
    D: Clone + 'static,
    B: 'static,
    O: 'static,
    F: Future<Output = ApiResult<O>> + 'static,
    C: Fn(&D) -> Result<B, Vec<FieldError>> + 'static,
    W: Fn(Client, B) -> F + 'static,
    N: Fn(O) + 'static,
{
    let dispatch = form.state.dispatcher();
    let action = use_action(work, move |outcome| match outcome {
        Ok(answer) => {
            dispatch.dispatch(Step::Checked);
            done(answer);
        }
        Err(error) => dispatch.dispatch(Step::Refuse(error)),
    });
    send(form, wire, action.run)
}

/// Sends the draft if it can be turned into a body, and else shows its errors.
fn send<D, B, C>(form: &Form<D>, wire: C, run: Callback<B>) -> Callback<()>
where
    D: Clone + 'static,
    B: 'static,
    C: Fn(&D) -> Result<B, Vec<FieldError>> + 'static,
{
    let form = form.state.clone();
    Callback::from(move |()| match wire(&form.draft) {
        Ok(body) => {
            form.dispatch(Step::Send);
            run.emit(body);
        }
        Err(errors) => form.dispatch(Step::Invalid(errors)),
    })
}

/// Submits a form: `wire` turns the draft into the body or returns its errors, `work` sends the body, `done` follows a
/// success. A refusal of the API is shown in the form.
#[hook]
pub fn use_submit<D, B, O, F, C, W, N>(form: &Form<D>, wire: C, work: W, done: N) -> Callback<()>
where
    D: Clone + 'static,
    B: 'static,
    O: 'static,
    F: Future<Output = ApiResult<O>> + 'static,
    C: Fn(&D) -> Result<B, Vec<FieldError>> + 'static,
    W: Fn(Client, B) -> F + 'static,
    N: Fn(O) + 'static,
{
    let (dispatch, saved) = (form.state.dispatcher(), form.saved.clone());
    let action = use_action(work, move |outcome| match outcome {
        Ok(sent) => {
            saved.clear();
            dispatch.dispatch(Step::Done);
            done(sent);
        }
        Err(error) => dispatch.dispatch(Step::Refuse(error)),
    });
    send(form, wire, action.run)
}

#[cfg(test)]
mod tests {
    use super::{super::field_error as error, *};

    fn state(errors: Vec<FieldError>) -> Rc<State<String>> {
        let status = FormStatus { errors, ..FormStatus::default() };
        Rc::new(State { status, ..begin(String::new()) })
    }

    #[test]
    fn editing_a_field_clears_its_error() {
        let before = state(vec![error("/name", "不能为空"), error("/code", "不能为空")]);
        let after = before.reduce(Step::Edit("/name", Box::new(|draft| draft.push('舒'))));
        assert_eq!(after.draft, "舒");
        assert!(after.touched);
        assert_eq!(after.status.errors, vec![error("/code", "不能为空")]);
    }

    #[test]
    fn every_failure_counts_and_submitting_clears_the_errors() {
        let once = state(Vec::new()).reduce(Step::Invalid(vec![error("/name", "不能为空")]));
        assert_eq!(once.status.failures, 1);
        let sent = once.reduce(Step::Send);
        assert!(sent.status.busy && sent.status.errors.is_empty());
        let refused = sent.reduce(Step::Refuse(ApiError::Network));
        assert!(!refused.status.busy && refused.status.refusal.is_some());
        assert_eq!(refused.status.failures, 2);
    }
}
