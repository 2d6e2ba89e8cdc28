//! Forms: a draft that the fields change, the faults beside the fields, and the sending.
//!
//! The checks are those of the wire types, which the API makes too; what only the API can find
//! (a code that exists already) lands beside its field in the same way.

use std::{future::Future, rc::Rc};

use songjiao_types::{FieldError, validate};
use validator::Validate;
use yew::prelude::*;

use super::use_action;
use crate::api::{ApiError, ApiResult, Client};

/// What a field shows and how it changes the draft.
#[derive(Clone, PartialEq)]
pub struct Bind<V: Clone + PartialEq> {
    /// The element's id.
    pub id: AttrValue,
    /// What the field shows.
    pub value: V,
    /// What is wrong with it.
    pub error: Option<AttrValue>,
    /// Takes what was typed or chosen.
    pub onchange: Callback<V>,
}

/// Where a form stands, apart from its draft.
#[derive(Clone, Default, PartialEq)]
pub struct FormStatus {
    /// Whether it is being sent.
    pub busy: bool,
    /// Faults of fields.
    pub errors: Vec<FieldError>,
    /// Why the API refused it.
    pub refusal: Option<ApiError>,
    /// Counts the attempts that failed, so that each moves the focus to the first fault.
    pub failures: u32,
}

struct State<D> {
    draft: D,
    touched: bool,
    status: FormStatus,
}

enum Step<D> {
    Edit(&'static str, Box<dyn FnOnce(&mut D)>),
    Send,
    Fault(Vec<FieldError>),
    Refuse(ApiError),
    Done,
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
            Step::Fault(errors) => {
                status = FormStatus { errors, failures: status.failures + 1, ..FormStatus::default() };
            }
            Step::Refuse(refusal) => {
                let errors = refusal.field_errors().to_vec();
                let failures = status.failures + 1;
                status = FormStatus { busy: false, errors, refusal: Some(refusal), failures };
            }
            Step::Done => {
                status.busy = false;
                touched = false;
            }
        }
        Rc::new(Self { draft, touched, status })
    }
}

/// A form over a draft `D`: whatever a page finds handy, turned into the wire type on sending.
pub struct Form<D: Clone + 'static>(UseReducerHandle<State<D>>);

impl<D: Clone + 'static> Clone for Form<D> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// A form that begins with what `initial` gives.
#[hook]
pub fn use_form<D: Clone + 'static>(initial: impl FnOnce() -> D) -> Form<D> {
    Form(use_reducer(|| State { draft: initial(), touched: false, status: FormStatus::default() }))
}

impl<D: Clone + 'static> Form<D> {
    /// What has been filled in so far.
    pub fn draft(&self) -> &D {
        &self.0.draft
    }

    /// Where it stands.
    pub fn status(&self) -> FormStatus {
        self.0.status.clone()
    }

    /// Whether anything was changed and not sent.
    pub fn touched(&self) -> bool {
        self.0.touched
    }

    /// Ties a field to the draft. `pointer` is the JSON pointer of the wire field, by which
    /// faults find it: `/name`.
    pub fn bind<V: Clone + PartialEq + 'static>(
        &self,
        pointer: &'static str,
        value: V,
        set: impl Fn(&mut D, V) + 'static,
    ) -> Bind<V> {
        let (dispatch, set) = (self.0.dispatcher(), Rc::new(set));
        let onchange = Callback::from(move |value: V| {
            let set = set.clone();
            dispatch.dispatch(Step::Edit(pointer, Box::new(move |draft| set(draft, value))));
        });
        let error = self.0.status.errors.iter().find(|error| error.pointer == pointer);
        Bind {
            id: format!("field{}", pointer.replace(['/', '_'], "-")).into(),
            value,
            error: error.map(|error| error.message.clone().into()),
            onchange,
        }
    }

    /// Changes the draft from elsewhere than a field.
    pub fn edit(&self, edit: impl FnOnce(&mut D) + 'static) {
        self.0.dispatch(Step::Edit("", Box::new(edit)));
    }
}

/// Sends a form: `wire` turns the draft into what is sent or says what is wrong with it, `work`
/// sends it, `done` goes on from there. What the API refuses is shown in the form.
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
    let dispatch = form.0.dispatcher();
    let action = use_action(work, move |outcome| match outcome {
        Ok(sent) => {
            dispatch.dispatch(Step::Done);
            done(sent);
        }
        Err(error) => dispatch.dispatch(Step::Refuse(error)),
    });
    let form = form.0.clone();
    Callback::from(move |()| match wire(&form.draft) {
        Ok(body) => {
            form.dispatch(Step::Send);
            action.run.emit(body);
        }
        Err(errors) => form.dispatch(Step::Fault(errors)),
    })
}

/// Makes the checks of a wire type.
pub fn check<B: Validate>(body: B) -> Result<B, Vec<FieldError>> {
    match body.validate() {
        Ok(()) => Ok(body),
        Err(errors) => Err(validate::field_errors(&errors)),
    }
}

/// The faults of required texts that are blank, if there are any: said before, and more plainly
/// than, the checks of the wire type would say it.
pub fn required(texts: &[(&str, &str)]) -> Result<(), Vec<FieldError>> {
    let blank = texts.iter().filter(|(_, text)| text.trim().is_empty());
    let faults: Vec<FieldError> = blank.map(|(pointer, _)| fault(pointer, "请填写此项")).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// A fault that only the form can find: nothing chosen, two passwords that differ.
pub fn fault(pointer: &str, message: &str) -> FieldError {
    FieldError::new(pointer, "form", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(errors: Vec<FieldError>) -> Rc<State<String>> {
        let status = FormStatus { errors, ..FormStatus::default() };
        Rc::new(State { draft: String::new(), touched: false, status })
    }

    #[test]
    fn editing_a_field_takes_its_fault_away() {
        let before = state(vec![fault("/name", "不能为空"), fault("/code", "不能为空")]);
        let after = before.reduce(Step::Edit("/name", Box::new(|draft| draft.push('舒'))));
        assert_eq!(after.draft, "舒");
        assert!(after.touched);
        assert_eq!(after.status.errors, vec![fault("/code", "不能为空")]);
    }

    #[test]
    fn blank_texts_are_named() {
        assert_eq!(required(&[("/name", " "), ("/code", "X")]), Err(vec![fault("/name", "请填写此项")]));
        assert_eq!(required(&[("/code", "X")]), Ok(()));
    }

    #[test]
    fn every_failure_counts_and_sending_clears_the_faults() {
        let once = state(Vec::new()).reduce(Step::Fault(vec![fault("/name", "不能为空")]));
        assert_eq!(once.status.failures, 1);
        let sent = once.reduce(Step::Send);
        assert!(sent.status.busy && sent.status.errors.is_empty());
        let refused = sent.reduce(Step::Refuse(ApiError::Network));
        assert!(!refused.status.busy && refused.status.refusal.is_some());
        assert_eq!(refused.status.failures, 2);
    }
}
