//! The complete plan of a project.

use songjiao_types::{WireEnum, projects::ProjectView};
use yew::prelude::*;

use super::common::or_dash;
use crate::{
    components::{KeyValues, Link, Section},
    format, i18n,
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
        (t!("项目名称").into(), html! { &project.title }),
        (t!("项目类型").into(), html! { t!(project.kind.label()) }),
        (t!("培训年度").into(), html! { project.training_year }),
        (t!("培训类别").into(), html! { t!(project.level.label()) }),
        (t!("培训层级").into(), html! { t!(project.tier.label()) }),
        (t!("培训方式").into(), html! { t!(project.mode.label()) }),
    ]
}

fn audience(project: &ProjectView) -> Items {
    let look_back = match project.look_back_years {
        0 => t!("不限").to_owned(),
        years => t!("{years} 年内参加过同类别培训的不再选派", years),
    };
    vec![
        (t!("学科").into(), html! { project.subject.as_deref().unwrap_or(t!("不限")).to_owned() }),
        (t!("学段").into(), html! { project.stage.map_or(t!("不限"), i18n::label) }),
        (
            t!("乡村学校").into(),
            html! { if project.requires_rural { { t!("仅限乡村学校教师") } } else { { t!("不限") } } },
        ),
        (t!("重复选派限制").into(), html! { look_back }),
        (t!("遴选条件").into(), html! { <span class="lines">{ or_dash(project.conditions.as_deref()) }</span> }),
    ]
}

fn size(project: &ProjectView) -> Items {
    vec![
        (t!("起止日期").into(), html! { format::period(Some(project.starts_on), Some(project.ends_on)) }),
        (t!("计划学时").into(), html! { t!("{planned_hours} 学时", planned_hours = project.planned_hours) }),
        (t!("计划人数").into(), html! { t!("{capacity} 人", capacity = project.capacity) }),
        (t!("待审核").into(), html! { t!("{nominated} 人", nominated = project.counts.nominated) }),
        (t!("已录取").into(), html! { t!("{admitted} 人", admitted = project.counts.admitted) }),
    ]
}

fn themes(project: &ProjectView) -> Items {
    vec![
        (t!("研修主题").into(), or_dash(project.theme.as_deref())),
        (t!("校本主题").into(), or_dash(project.school_theme.as_deref())),
        (t!("课题").into(), or_dash(project.research_topic.as_deref())),
    ]
}

fn parties(project: &ProjectView) -> Items {
    let organization = |id: Option<_>, name: Option<&String>| match (id, name) {
        (Some(id), Some(name)) => html! { <Link to={Route::Organization { id }}>{ name }</Link> },
        _ => or_dash(None),
    };
    let team = match (project.team_id, &project.team_name) {
        (Some(id), Some(name)) => html! { <Link to={Route::Team { id }}>{ name }</Link> },
        _ => or_dash(None),
    };
    vec![
        (
            t!("制定单位").into(),
            organization(Some(project.owner_organization_id), Some(&project.owner_organization_name)),
        ),
        (t!("承办单位").into(), organization(project.host_organization_id, project.host_organization_name.as_ref())),
        (t!("送培团队").into(), team),
        (t!("建立时间").into(), html! { format::date_time(project.created_at) }),
        (t!("最近修改").into(), html! { format::date_time(project.updated_at) }),
    ]
}
