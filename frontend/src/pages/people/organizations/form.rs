//! Adding and changing organizations.

use songjiao_types::{
    FieldError, OrganizationId,
    organizations::{CreateOrganization, OrganizationKind, OrganizationView, UpdateOrganization},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::{is_school, list_crumb};
use crate::{
    api::organizations::{create_organization, find_organization, update_organization},
    components::{
        CheckboxField, Crumb, FormView, OrganizationField, PageHeader, Section, SelectField, TextField, loaded,
        use_toasts,
    },
    hooks::{Form, check, fault, required, use_page_form, use_query, use_submit, use_url_query},
    route::Route,
    session::use_session,
};

/// What the fields hold, of a new organization and of one there already.
#[derive(Clone, Default)]
struct Draft {
    code: String,
    name: String,
    kind: Option<OrganizationKind>,
    parent_id: Option<OrganizationId>,
    rural: bool,
    base_school: bool,
}

impl Draft {
    fn of(organization: &OrganizationView) -> Self {
        Self {
            code: organization.code.clone(),
            name: organization.name.clone(),
            kind: Some(organization.kind),
            parent_id: organization.parent_id,
            rural: organization.rural,
            base_school: organization.base_school,
        }
    }

    fn kind(&self) -> Result<OrganizationKind, Vec<FieldError>> {
        self.kind.ok_or_else(|| vec![fault("/kind", t!("请选择单位类型"))])
    }

    fn to_create(&self) -> Result<CreateOrganization, Vec<FieldError>> {
        required(&[("/code", &self.code), ("/name", &self.name)])?;
        let kind = self.kind()?;
        check(CreateOrganization {
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            kind,
            parent_id: self.parent_id,
            rural: self.rural && is_school(kind),
            base_school: self.base_school && is_school(kind),
        })
    }

    fn to_update(&self) -> Result<UpdateOrganization, Vec<FieldError>> {
        required(&[("/name", &self.name)])?;
        let kind = self.kind()?;
        check(UpdateOrganization {
            name: Some(self.name.trim().to_owned()),
            kind: Some(kind),
            rural: Some(self.rural && is_school(kind)),
            base_school: Some(self.base_school && is_school(kind)),
        })
    }
}

/// The fields that a new organization and one there already have in common.
fn shared_fields(form: &Form<Draft>) -> Html {
    let draft = form.draft();
    html! {
        <>
            <TextField label={t!("单位名称")} required=true maxlength="100"
                bind={form.bind("/name", draft.name.clone(), |draft, text| draft.name = text)} />
            <SelectField<OrganizationKind> label={t!("单位类型")} required=true
                bind={form.bind("/kind", draft.kind, |draft, kind| draft.kind = kind)} />
            if draft.kind.is_some_and(is_school) {
                <CheckboxField label={t!("乡村学校")} hint={t!("乡村学校教师可参加面向乡村的送教下乡项目。")}
                    bind={form.bind("/rural", draft.rural, |draft, rural| draft.rural = rural)} />
                <CheckboxField label={t!("学区基地校")} hint={t!("学区内共享优质资源、承担集中研修的学校。")}
                    bind={form.bind("/base_school", draft.base_school, |draft, base| draft.base_school = base)} />
            }
        </>
    }
}

/// Adds an organization; `?parent_id=` says below which.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let query = use_url_query();
    let form = use_page_form(|| {
        let asked = query.get("parent_id").and_then(|id| id.parse().ok());
        Draft { parent_id: asked.or(session.me().map(|me| me.scope.id)), ..Draft::default() }
    });
    let submit = use_submit(
        &form,
        Draft::to_create,
        |client, body| async move { create_organization(&client, &body).await },
        move |created| {
            toasts.success(t!("已新增“{name}”", name = created.value.name));
            navigator.replace(&Route::Organization { id: created.value.id });
        },
    );
    let draft = form.draft();
    html! {
        <>
            <PageHeader title={t!("新增单位")} crumbs={vec![list_crumb()]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("新增单位")} cancel={Route::Organizations} label={t!("新增单位")}>
                    <TextField label={t!("单位编号")} required=true maxlength="32" autofocus=true
                        hint={t!("全市唯一，由字母、数字和 - _ . 组成，如 SL-ZX-003。登记后不能修改。")}
                        bind={form.bind("/code", draft.code.clone(), |draft, text| draft.code = text)} />
                    <OrganizationField label={t!("上级单位")} required=true hint={t!("决定谁能看到本单位的数据。登记后不能修改。")}
                        bind={form.bind("/parent_id", draft.parent_id, |draft, id| draft.parent_id = id)} />
                    { shared_fields(&form) }
                </FormView>
            </Section>
        </>
    }
}

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct EditPageProps {
    pub id: OrganizationId,
}

/// Changes an organization.
#[component]
pub fn EditPage(props: &EditPageProps) -> Html {
    let load = use_query(Some(find_organization(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |organization| {
        html! {
            // Another version begins another draft: what somebody else changed is seen, not overwritten.
            <EditForm key={organization.version} organization={organization.clone()} {etag} {reload} />
        }
    })
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    organization: OrganizationView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { organization, etag, reload } = props;
    let id = organization.id;
    let here = Route::Organization { id };
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| Draft::of(organization));
    let submit = {
        let etag = etag.clone();
        let there = here.clone();
        use_submit(
            &form,
            Draft::to_update,
            move |client, body| {
                let etag = etag.clone();
                async move { update_organization(&client, id, &etag, &body).await }
            },
            move |_| {
                toasts.success(t!("修改已保存"));
                navigator.replace(&there);
            },
        )
    };
    let crumbs = vec![list_crumb(), Crumb::to(organization.name.clone(), here.clone())];
    html! {
        <>
            <PageHeader title={t!("编辑单位")} {crumbs} subtitle={html! { <>{ t!("单位编号 ") }<code>{ &organization.code }</code>{ t!("，编号和上级单位登记后不能修改。") }</> }} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} cancel={here} onstale={reload.clone()} label={t!("编辑单位")}>
                    { shared_fields(&form) }
                </FormView>
            </Section>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            code: " SL-ZX-003 ".into(),
            name: "三中".into(),
            kind: Some(OrganizationKind::School),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_missing_is_said_field_by_field() {
        let faults = Draft::default().to_create().err().unwrap_or_default();
        assert_eq!(faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(), ["/code", "/name"]);
        let faults = Draft { kind: None, ..draft() }.to_create().err().unwrap_or_default();
        assert_eq!(faults.first().map(|fault| fault.pointer.as_str()), Some("/kind"));
        let faults = Draft { code: "三中".into(), ..draft() }.to_create().err().unwrap_or_default();
        assert_eq!(faults.first().map(|fault| fault.code.as_str()), Some("bad_code"));
    }

    #[test]
    fn only_a_school_is_rural_or_a_base_school() {
        let rural = Draft { rural: true, base_school: true, ..draft() };
        let school = rural.to_create().expect("a valid draft");
        assert!(school.rural && school.base_school && school.code == "SL-ZX-003");
        let district = Draft { kind: Some(OrganizationKind::District), ..rural }.to_update().expect("a valid draft");
        assert_eq!((district.rural, district.base_school), (Some(false), Some(false)));
    }
}
