//! The pages that create and edit an organization.

use std::rc::Rc;

use songjiao_types::{
    FieldError, OrganizationId,
    organizations::{CreateOrganization, OrganizationKind, OrganizationQuery, OrganizationView, UpdateOrganization},
};
use yew::prelude::*;

use super::common::{is_school, list_crumb};
use crate::{
    api::organizations::{create_organization, find_organization, update_organization},
    components::{
        CheckboxField, EditForm, Extras, FormPage, IdProps, OrganizationField, SelectField, TextField, edit_page,
        loaded, save_with, use_create,
    },
    hooks::{Form, bind, check, code_text, field_error, required, use_page_form, use_query, use_url_query},
    i18n::heading,
    route::Route,
    session::use_session,
};

/// The values of the fields.
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
        self.kind.ok_or_else(|| vec![field_error("/kind", t!("请选择单位类型"))])
    }

    fn to_create(&self) -> Result<CreateOrganization, Vec<FieldError>> {
        required(&[("/code", &self.code), ("/name", &self.name)])?;
        let kind = self.kind()?;
        check(CreateOrganization {
            code: code_text(&self.code),
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

/// The fields of both pages.
fn shared_fields(form: &Form<Draft>) -> Html {
    let draft = form.draft();
    html! {
        <>
            <TextField label={heading::<OrganizationView>("name")} required=true maxlength="100" bind={bind!(form.name)} />
            <SelectField<OrganizationKind> label={heading::<OrganizationView>("kind")} required=true bind={bind!(form.kind)} />
            if draft.kind.is_some_and(is_school) {
                <CheckboxField label={heading::<OrganizationView>("rural")} hint={t!("乡村学校教师可参加面向乡村的送教下乡项目。")} bind={bind!(form.rural)} />
                <CheckboxField label={heading::<OrganizationView>("base_school")} hint={t!("学区内共享优质资源、承担集中研修的学校。")} bind={bind!(form.base_school)} />
            }
        </>
    }
}

/// Creates an organization, below `?parent_id=` if given.
#[component]
pub fn CreatePage() -> Html {
    let session = use_session();
    let query: OrganizationQuery = use_url_query().read();
    let form = use_page_form(|| {
        let parent = query.parent_id;
        Draft { parent_id: parent.or(session.me().map(|me| me.scope.id)), ..Draft::default() }
    });
    let submit = use_create(
        &form,
        Draft::to_create,
        |client, body| async move { create_organization(&client, &body).await },
        |created| t!("已新增“{name}”", name = created.name),
        |created| Route::Organization { id: created.id },
    );
    html! {
        <FormPage title={t!("新增单位")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} cancel={Route::Organizations}>
            <TextField label={heading::<OrganizationView>("code")} required=true maxlength="32" autofocus=true
                hint={t!("全市唯一，由字母、数字和 - _ . 组成，如 SL-ZX-003。登记后不能修改。")} bind={bind!(form.code)} />
            <OrganizationField label={t!("上级单位")} required=true hint={t!("决定谁能看到本单位的数据。登记后不能修改。")}
                bind={bind!(form.parent_id)} />
            { shared_fields(&form) }
        </FormPage>
    }
}

/// Edits an organization.
#[component]
pub fn EditPage(props: &IdProps<OrganizationId>) -> Html {
    let id = props.id;
    let load = use_query(Some(find_organization(id)));
    loaded(&load, |organization| {
        let subtitle = html! {
            <>{ t!("单位编号 ") }<code>{ &organization.code }</code>{ t!("，编号和上级单位登记后不能修改。") }</>
        };
        let form = EditForm {
            title: t!("编辑单位"),
            list: list_crumb(),
            name: organization.name.clone(),
            page: Route::Organization { id },
            draft: Draft::of(organization),
            wire: Rc::new(Draft::to_update),
            fields: Rc::new(shared_fields),
            save: save_with(&load, move |client, etag, body| async move {
                update_organization(&client, id, &etag, &body).await
            }),
            extras: Extras { subtitle, ..Extras::default() },
        };
        edit_page(&load, organization.version, form)
    })
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
    fn missing_fields_are_reported_one_by_one() {
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
