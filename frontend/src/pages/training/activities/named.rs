//! The fields for the schools that an activity concerns and the members of the team who deliver it.

use songjiao_types::{OrganizationId, TeacherId, TeamId, activities::ActivityView, organizations::OrganizationView};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    api::{organizations::find_organization, teams::list_team_members},
    components::{Button, ButtonKind, Field, Picker},
    hooks::{Bind, use_query},
    i18n::heading,
};

/// Properties of [`ConcernsField`].
#[derive(Properties, PartialEq)]
pub struct ConcernsFieldProps {
    pub bind: Bind<Vec<OrganizationId>>,
}

/// Picks organizations one after the other.
#[component]
pub fn ConcernsField(props: &ConcernsFieldProps) -> Html {
    let Bind { id, value, error, onchange, .. } = &props.bind;
    let add = {
        let value = value.clone();
        let onchange = onchange.clone();
        Callback::from(move |picked: Option<OrganizationId>| {
            let mut all = value.clone();
            all.extend(picked.filter(|picked| !value.contains(picked)));
            onchange.emit(all);
        })
    };
    html! {
        <Field id={id.clone()} label={heading::<ActivityView>("concerns")} required=false
            hint={t!("不选则全体学员参加；选择后只有这些学校的学员参加、登记考勤和计算学时。")} error={error.clone()}>
            <ul class="bare">
                { for value.iter().map(|organization| {
                    let (removed, value) = (*organization, value.clone());
                    let remove = onchange.reform(move |_: MouseEvent| {
                        value.iter().copied().filter(|id| *id != removed).collect::<Vec<_>>()
                    });
                    html! { <Concerned key={organization.to_string()} id={*organization} {remove} /> }
                }) }
            </ul>
            <Picker<OrganizationView> id={id.clone()} value={None::<OrganizationId>} onchange={add} placeholder={t!("输入学校名称")} />
        </Field>
    }
}

#[derive(Properties, PartialEq)]
struct ConcernedProps {
    id: OrganizationId,
    remove: Callback<MouseEvent>,
}

#[component]
fn Concerned(props: &ConcernedProps) -> Html {
    let load = use_query(Some(find_organization(props.id)));
    let name = load.value().map_or_else(|| "…".to_owned(), |organization| organization.name.clone());
    html! {
        <li>
            { &name }
            <Button kind={ButtonKind::Quiet} label={t!("移除“{name}”", name)} onclick={props.remove.clone()}>{ t!("移除") }</Button>
        </li>
    }
}

/// Properties of [`DeliverersField`].
#[derive(Properties, PartialEq)]
pub struct DeliverersFieldProps {
    pub team: Option<TeamId>,
    pub bind: Bind<Vec<TeacherId>>,
}

/// Ticks members of the team.
#[component]
pub fn DeliverersField(props: &DeliverersFieldProps) -> Html {
    let Bind { id, value, error, onchange, .. } = &props.bind;
    let load = use_query(props.team.map(list_team_members));
    let members = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let members: Vec<(TeacherId, String)> =
        members.iter().filter_map(|member| Some((member.teacher_id?, member.name.clone()))).collect();
    if members.is_empty() {
        return Html::default();
    }
    html! {
        <Field id={id.clone()} label={heading::<ActivityView>("delivered_by")} required=false
            hint={t!("团队成员获得所主讲活动的学时，合计不超过项目固定时长。")} error={error.clone()}>
            <ul class="bare">
                { for members.into_iter().map(|(teacher, name)| {
                    let (value, onchange) = (value.clone(), onchange.clone());
                    let checked = value.contains(&teacher);
                    let toggle = Callback::from(move |event: Event| {
                        let mut all: Vec<TeacherId> = value.iter().copied().filter(|id| *id != teacher).collect();
                        if event.target_unchecked_into::<HtmlInputElement>().checked() {
                            all.push(teacher);
                        }
                        onchange.emit(all);
                    });
                    html! {
                        <li key={teacher.to_string()}>
                            <label class="pick"><input type="checkbox" {checked} onchange={toggle} /><span>{ name }</span></label>
                        </li>
                    }
                }) }
            </ul>
        </Field>
    }
}
