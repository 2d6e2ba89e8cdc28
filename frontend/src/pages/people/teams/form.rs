//! Forming and changing teams.

use songjiao_types::{
    FieldError, OrganizationId, TeamId,
    teams::{CreateTeam, TeamView, UpdateTeam},
    training::{SUBJECTS, Stage},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::list_crumb;
use crate::{
    api::teams::{create_team, find_team, update_team},
    components::{Crumb, FormView, OrganizationField, PageHeader, Section, SelectField, TextField, loaded, use_toasts},
    hooks::{Form, check, fault, required, use_page_form, use_query, use_submit},
    route::Route,
};

/// What the fields hold, of a new team and of one there already.
#[derive(Clone, Default)]
struct Draft {
    name: String,
    subject: String,
    stage: Option<Stage>,
    organization_id: Option<OrganizationId>,
}

impl Draft {
    fn to_create(&self) -> Result<CreateTeam, Vec<FieldError>> {
        let mut faults = required(&[("/name", &self.name), ("/subject", &self.subject)]).err().unwrap_or_default();
        if self.stage.is_none() {
            faults.push(fault("/stage", t!("请选择学段")));
        }
        let (Some(stage), true) = (self.stage, faults.is_empty()) else { return Err(faults) };
        check(CreateTeam {
            name: self.name.trim().to_owned(),
            organization_id: self.organization_id,
            subject: self.subject.trim().to_owned(),
            stage,
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

fn shared_fields(form: &Form<Draft>) -> Html {
    let draft = form.draft();
    html! {
        <>
            <TextField label={t!("团队名称")} required=true maxlength="100" autofocus=true placeholder={t!("如：小学语文送培团队")}
                bind={form.bind("/name", draft.name.clone(), |draft, text| draft.name = text)} />
            <TextField label={t!("学科")} required=true maxlength="50" suggestions={SUBJECTS}
                bind={form.bind("/subject", draft.subject.clone(), |draft, text| draft.subject = text)} />
            <SelectField<Stage> label={t!("学段")} required=true
                bind={form.bind("/stage", draft.stage, |draft, stage| draft.stage = stage)} />
        </>
    }
}

/// Forms a team.
#[component]
pub fn CreatePage() -> Html {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(Draft::default);
    let submit = use_submit(
        &form,
        Draft::to_create,
        |client, body| async move { create_team(&client, &body).await },
        move |created| {
            toasts.success(t!("已组建“{name}”，请添加成员", name = created.value.name));
            navigator.replace(&Route::Team { id: created.value.id });
        },
    );
    let draft = form.draft();
    html! {
        <>
            <PageHeader title={t!("组建团队")} crumbs={vec![list_crumb()]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("组建团队")} cancel={Route::Teams} label={t!("组建团队")}>
                    { shared_fields(&form) }
                    <OrganizationField label={t!("组建单位")} placeholder={t!("与我的单位相同")} hint={t!("不选则为您所在的单位。组建后不能修改。")}
                        bind={form.bind("/organization_id", draft.organization_id, |draft, id| draft.organization_id = id)} />
                </FormView>
            </Section>
        </>
    }
}

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct EditPageProps {
    pub id: TeamId,
}

/// Changes a team.
#[component]
pub fn EditPage(props: &EditPageProps) -> Html {
    let load = use_query(Some(find_team(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |team| html! { <EditForm key={team.version} team={team.clone()} {etag} {reload} /> })
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    team: TeamView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { team, etag, reload } = props;
    let id = team.id;
    let here = Route::Team { id };
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| Draft {
        name: team.name.clone(),
        subject: team.subject.clone(),
        stage: Some(team.stage),
        organization_id: Some(team.organization_id),
    });
    let submit = {
        let (etag, there) = (etag.clone(), here.clone());
        use_submit(
            &form,
            Draft::to_update,
            move |client, body| {
                let etag = etag.clone();
                async move { update_team(&client, id, &etag, &body).await }
            },
            move |_| {
                toasts.success(t!("修改已保存"));
                navigator.replace(&there);
            },
        )
    };
    html! {
        <>
            <PageHeader title={t!("编辑团队")} crumbs={vec![list_crumb(), Crumb::to(team.name.clone(), here.clone())]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} cancel={here} onstale={reload.clone()} label={t!("编辑团队")}>
                    { shared_fields(&form) }
                </FormView>
            </Section>
        </>
    }
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
