//! The pages that create and edit records: loading, the draft, conflicts, saving and where to go afterwards.

use std::{future::Future, pin::Pin, rc::Rc};

use songjiao_types::FieldError;
use yew::prelude::*;
use yew_router::prelude::*;

use super::{Crumb, FormView, PageHeader, Section, use_toasts};
use crate::{
    api::{ApiResult, Client, Fetched},
    hooks::{Form, FormStatus, Load, use_page_form, use_submit},
    route::Route,
};

/// Sends a form and reports the success in a toast.
#[hook]
pub fn use_save<D, B, O, F, S>(
    form: &Form<D>,
    wire: impl Fn(&D) -> Result<B, Vec<FieldError>> + 'static,
    save: impl Fn(Client, B) -> F + 'static,
    toast: impl Fn(&O) -> S + 'static,
    then: impl Fn(O) + 'static,
) -> Callback<()>
where
    D: Clone + 'static,
    B: 'static,
    O: 'static,
    F: Future<Output = ApiResult<O>> + 'static,
    S: Into<AttrValue> + 'static,
{
    let toasts = use_toasts();
    use_submit(form, wire, save, move |saved| {
        toasts.success(toast(&saved));
        then(saved);
    })
}

/// Sends the form of a new record, reports the success in a toast and opens the record's page.
#[hook]
pub fn use_create<D, B, T, F>(
    form: &Form<D>,
    wire: impl Fn(&D) -> Result<B, Vec<FieldError>> + 'static,
    create: impl Fn(Client, B) -> F + 'static,
    toast: impl Fn(&T) -> String + 'static,
    page: impl Fn(&T) -> Route + 'static,
) -> Callback<()>
where
    D: Clone + 'static,
    B: 'static,
    T: 'static,
    F: Future<Output = ApiResult<Fetched<T>>> + 'static,
{
    let navigator = use_navigator().expect("below the router");
    let toast = move |created: &Fetched<T>| toast(&created.value);
    use_save(form, wire, create, toast, move |created| navigator.replace(&page(&created.value)))
}

/// Properties of [`FormPage`].
#[derive(Properties, PartialEq)]
pub struct FormPageProps {
    /// The title of the page and the accessible name of the form.
    pub title: AttrValue,
    pub crumbs: Vec<Crumb>,
    pub status: FormStatus,
    pub onsubmit: Callback<()>,
    /// The text of the button; by default the title.
    #[prop_or_default]
    pub submit: Option<AttrValue>,
    pub cancel: Route,
    /// Reads the record again after a conflict.
    #[prop_or_default]
    pub onstale: Option<Callback<()>>,
    #[prop_or_default]
    pub extras: Extras,
    /// The fields.
    pub children: Html,
}

/// A page that is a form.
#[component]
pub fn FormPage(props: &FormPageProps) -> Html {
    let FormPageProps { title, crumbs, status, onsubmit, cancel, onstale, extras, .. } = props;
    let submit = props.submit.clone().unwrap_or_else(|| title.clone());
    html! {
        <>
            <PageHeader {title} crumbs={crumbs.clone()} subtitle={extras.subtitle.clone()} />
            { extras.notice.clone() }
            <Section>
                { extras.hint.clone() }
                <FormView status={status.clone()} {onsubmit} {submit} cancel={cancel.clone()} onstale={onstale.clone()} label={title.clone()}>
                    { props.children.clone() }
                </FormView>
            </Section>
        </>
    }
}

type Save<B> = Rc<dyn Fn(Client, B) -> Pin<Box<dyn Future<Output = ApiResult<()>>>>>;

/// The form of a record that exists: draft `D`, sent as `B`.
pub struct EditForm<D: Clone + 'static, B> {
    /// The title of the page.
    pub title: &'static str,
    /// The list above the record's page.
    pub list: Crumb,
    /// The name of the record.
    pub name: String,
    /// The record's page.
    pub page: Route,
    pub draft: D,
    pub wire: Rc<dyn Fn(&D) -> Result<B, Vec<FieldError>>>,
    pub fields: Rc<dyn Fn(&Form<D>) -> Html>,
    pub save: Save<B>,
    pub extras: Extras,
}

/// What some forms show besides their fields.
#[derive(Clone, Default, PartialEq)]
pub struct Extras {
    /// Below the page's title.
    pub subtitle: Html,
    /// Above the form's section.
    pub notice: Html,
    /// Above the form, inside its section.
    pub hint: Html,
}

#[derive(Properties)]
struct EditFormProps<D: Clone + 'static, B: 'static> {
    form: Rc<EditForm<D, B>>,
    reload: Callback<()>,
}

impl<D: Clone + 'static, B> PartialEq for EditFormProps<D, B> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.form, &other.form)
    }
}

/// Makes [`EditForm::save`] of an async function that takes the record's ETag.
pub fn save_with<T, B, F>(load: &Load<T>, save: impl Fn(Client, String, B) -> F + 'static) -> Save<B>
where
    T: 'static,
    F: Future<Output = ApiResult<Fetched<T>>> + 'static,
{
    let etag = load.etag();
    Rc::new(move |client, body| {
        let saved = save(client, etag.clone(), body);
        Box::pin(async move { saved.await.map(drop) })
    })
}

/// The page of an [`EditForm`]. Another version of the record starts another draft, so that changes made by others are
/// seen and not overwritten.
pub fn edit_page<T, D, B>(load: &Load<T>, version: i32, form: EditForm<D, B>) -> Html
where
    D: Clone + 'static,
    B: 'static,
{
    html! { <EditFormView<D, B> key={version} form={Rc::new(form)} reload={load.reload.clone()} /> }
}

#[component]
fn EditFormView<D: Clone + 'static, B: 'static>(props: &EditFormProps<D, B>) -> Html {
    let EditFormProps { form: edit, reload } = props;
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| edit.draft.clone());
    let submit = {
        let (wire, save, page) = (edit.wire.clone(), edit.save.clone(), edit.page.clone());
        use_save(
            &form,
            move |draft| wire(draft),
            move |client, body| save(client, body),
            |()| t!("修改已保存"),
            move |()| navigator.replace(&page),
        )
    };
    let crumbs = vec![edit.list.clone(), Crumb::to(edit.name.clone(), edit.page.clone())];
    html! {
        <FormPage title={edit.title} {crumbs} status={form.status()} onsubmit={submit} submit={t!("保存修改")}
            cancel={edit.page.clone()} onstale={reload.clone()} extras={edit.extras.clone()}>
            { (edit.fields)(&form) }
        </FormPage>
    }
}
