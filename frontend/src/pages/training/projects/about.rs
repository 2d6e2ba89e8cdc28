//! The complete plan of a project.

use songjiao_types::{WireEnum, projects::ProjectView};
use yew::prelude::*;

use super::common::or_dash;
use crate::{
    components::{KeyValues, Link, OrganizationLink, Section},
    format, i18n,
    i18n::heading,
    route::Route,
};

/// Properties of [`About`].
#[derive(Properties, PartialEq)]
pub struct AboutProps {
    pub project: ProjectView,
}

/// The plan, grouped like its form.
#[component]
pub fn About(props: &AboutProps) -> Html {
    let project = &props.project;
    html! {
        <>
            <Section title={t!("基本信息")}><KeyValues items={basics(project)} /></Section>
            <Section title={t!("对象与条件")}><KeyValues items={audience(project)} /></Section>
            <Section title={t!("时间与规模")}><KeyValues items={size(project)} /></Section>
            <Section title={t!("主题与课题")}><KeyValues items={themes(project)} /></Section>
            <Section title={t!("承办与团队")}><KeyValues items={parties(project)} /></Section>
        </>
    }
}

type Items = Vec<(AttrValue, Html)>;

fn basics(project: &ProjectView) -> Items {
    vec![
        (heading::<ProjectView>("title"), html! { &project.title }),
        (heading::<ProjectView>("kind"), html! { t!(project.kind.label()) }),
        (heading::<ProjectView>("training_year"), html! { project.training_year }),
        (heading::<ProjectView>("level"), html! { t!(project.level.label()) }),
        (heading::<ProjectView>("tier"), html! { t!(project.tier.label()) }),
        (heading::<ProjectView>("mode"), html! { t!(project.mode.label()) }),
        (heading::<ProjectView>("dimension"), html! { project.dimension.map_or("—", i18n::label) }),
    ]
}

fn audience(project: &ProjectView) -> Items {
    let look_back = match project.look_back_years {
        0 => t!("不限").to_owned(),
        years => t!("{years} 年内参加过同类别培训的不再选派", years),
    };
    vec![
        (heading::<ProjectView>("subject"), html! { project.subject.as_deref().unwrap_or(t!("不限")).to_owned() }),
        (heading::<ProjectView>("stage"), html! { project.stage.map_or(t!("不限"), i18n::label) }),
        (
            heading::<ProjectView>("requires_rural"),
            html! { if project.requires_rural { { t!("仅限乡村学校教师") } } else { { t!("不限") } } },
        ),
        (heading::<ProjectView>("look_back_years"), html! { look_back }),
        (
            heading::<ProjectView>("conditions"),
            html! { <span class="lines">{ or_dash(project.conditions.as_deref()) }</span> },
        ),
    ]
}

fn size(project: &ProjectView) -> Items {
    vec![
        (t!("起止日期").into(), html! { format::period(Some(project.starts_on), Some(project.ends_on)) }),
        (
            heading::<ProjectView>("planned_hours"),
            html! { t!("{planned_hours} 学时", planned_hours = project.planned_hours) },
        ),
        (heading::<ProjectView>("capacity"), html! { t!("{capacity} 人", capacity = project.capacity) }),
        (
            heading::<ProjectView>("counts_nominated"),
            html! { t!("{nominated} 人", nominated = project.counts.nominated) },
        ),
        (heading::<ProjectView>("counts_admitted"), html! { t!("{admitted} 人", admitted = project.counts.admitted) }),
    ]
}

fn themes(project: &ProjectView) -> Items {
    vec![
        (heading::<ProjectView>("theme"), or_dash(project.theme.as_deref())),
        (heading::<ProjectView>("school_theme"), or_dash(project.school_theme.as_deref())),
        (heading::<ProjectView>("research_topic"), or_dash(project.research_topic.as_deref())),
    ]
}

fn parties(project: &ProjectView) -> Items {
    let organization = |id: Option<_>, name: Option<&String>| match (id, name) {
        (Some(id), Some(name)) => html! { <OrganizationLink {id} name={name.clone()} /> },
        _ => or_dash(None),
    };
    let team = match (project.team_id, &project.team_name) {
        (Some(id), Some(name)) => html! { <Link to={Route::Team { id }}>{ name }</Link> },
        _ => or_dash(None),
    };
    vec![
        (
            heading::<ProjectView>("owner_organization_name"),
            organization(Some(project.owner_organization_id), Some(&project.owner_organization_name)),
        ),
        (
            heading::<ProjectView>("host_organization_name"),
            organization(project.host_organization_id, project.host_organization_name.as_ref()),
        ),
        (heading::<ProjectView>("team_name"), team),
        (t!("建立时间").into(), html! { format::date_time(project.created_at) }),
        (t!("最近修改").into(), html! { format::date_time(project.updated_at) }),
    ]
}
