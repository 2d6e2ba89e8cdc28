//! The pages that create and edit a team.

use std::rc::Rc;

use songjiao_types::{
    FieldError, OrganizationId, TeamId,
    teams::{CreateTeam, TeamView, UpdateTeam},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;

use super::common::list_crumb;
use crate::{
    api::teams::{create_team, find_team, update_team},
    components::{
        EditForm, Extras, FormPage, IdProps, OrganizationField, SelectField, TextField, edit_page, loaded, save_with,
        use_create,
    },
    hooks::{Errors, Form, bind, check, use_page_form, use_query},
    i18n::heading,
    route::Route,
};

/// The values of the fields.
#[derive(Clone, Default)]
struct Draft {
    name: String,
    subject: String,
    stage: Option<Stage>,
    organization_id: Option<OrganizationId>,
}

impl Draft {
    fn of(team: &TeamView) -> Self {
        Self {
            name: team.name.clone(),
            subject: team.subject.clone(),
            stage: Some(team.stage),
            organization_id: Some(team.organization_id),
        }
    }

    fn to_create(&self) -> Result<CreateTeam, Vec<FieldError>> {
        let mut errors = Errors::required(&[("/name", &self.name), ("/subject", &self.subject)]);
        let stage = errors.chosen("/stage", self.stage, t!("请选择学段"));
        errors.build(|| {
            Some(CreateTeam {
                name: self.name.trim().to_owned(),
                organization_id: self.organization_id,
                subject: self.subject.trim().to_owned(),
                stage: stage?,
            })
        })
    }

    fn to_update(&self) -> Result<UpdateTeam, Vec<FieldError>> {
        let all = self.to_create()?;
        check(UpdateTeam {
            name: Some(all.name),
            subject: Some(all.subject),
            stage: Some(all.stage),
            ..UpdateTeam::default()
        })
    }
}

/// The fields of both pages.
fn shared_fields(form: &Form<Draft>) -> Html {
    html! {
        <>
            <TextField label={heading::<TeamView>("name")} required=true maxlength="100" autofocus=true placeholder={t!("如：小学语文送培团队")}
                bind={bind!(form.name)} />
            <TextField label={heading::<TeamView>("subject")} required=true maxlength="50" suggestions={SUBJECTS} bind={bind!(form.subject)} />
            <SelectField<Stage> label={heading::<TeamView>("stage")} required=true bind={bind!(form.stage)} />
        </>
    }
}

/// Creates a team.
#[component]
pub fn CreatePage() -> Html {
    let form = use_page_form(Draft::default);
    let submit = use_create(
        &form,
        Draft::to_create,
        |client, body| async move { create_team(&client, &body).await },
        |created| t!("已组建“{name}”，请添加成员", name = created.name),
        |created| Route::Team { id: created.id },
    );
    html! {
        <FormPage title={t!("组建团队")} crumbs={vec![list_crumb()]} status={form.status()} onsubmit={submit} cancel={Route::Teams}>
            { shared_fields(&form) }
            <OrganizationField label={heading::<TeamView>("organization_name")} placeholder={t!("与我的单位相同")} hint={t!("不选则为您所在的单位。组建后不能修改。")}
                bind={bind!(form.organization_id)} />
        </FormPage>
    }
}

/// Edits a team.
#[component]
pub fn EditPage(props: &IdProps<TeamId>) -> Html {
    let id = props.id;
    let load = use_query(Some(find_team(id)));
    loaded(&load, |team| {
        let form = EditForm {
            title: t!("编辑团队"),
            list: list_crumb(),
            name: team.name.clone(),
            page: Route::Team { id },
            draft: Draft::of(team),
            wire: Rc::new(Draft::to_update),
            fields: Rc::new(shared_fields),
            save: save_with(
                &load,
                move |client, etag, body| async move { update_team(&client, id, &etag, &body).await },
            ),
            extras: Extras::default(),
        };
        edit_page(&load, team.version, form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_has_a_name_a_subject_and_a_stage() {
        let faults = Draft::default().to_create().err().unwrap_or_default();
        assert_eq!(
            faults.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>(),
            ["/name", "/subject", "/stage"]
        );
        let draft = Draft {
            name: " 小学语文 ".into(),
            subject: "语文".into(),
            stage: Some(Stage::Primary),
            ..Draft::default()
        };
        assert!(draft.to_create().is_ok_and(|team| team.name == "小学语文" && team.organization_id.is_none()));
    }
}
