//! The nomination of teachers for a project: search, select, check the list, send.

use std::{collections::HashMap, rc::Rc};

use serde::Serialize;
use songjiao_types::{
    ParameterValue, Parameters, ProjectId, TeacherId, WireEnum,
    enrollments::NominateTeachers,
    projects::{ProjectStatus, ProjectView},
    teachers::{TeacherQuery, TeacherSort, TeacherStatus, TeacherView},
};
use yew::prelude::*;
use yew_router::{prelude::*, query::Raw};

use crate::{
    api::{ApiError, enrollments::nominate_teachers, errors_by_item, projects::find_project, teachers::list_teachers},
    components::{
        Button, ButtonKind, Column, DataTable, EmptyState, ErrorPanel, FilterBar, FlagFilter, IconName, IdProps, Link,
        Notice, OrganizationFilter, PageHeader, SearchFilter, Section, Tone, badge, loaded, use_toasts,
    },
    format,
    hooks::{filter, use_action, use_list, use_query, use_query_keep_previous, use_saved_draft},
    pages::training::projects::{list_crumb, project_crumb},
    route::Route,
};

/// The query of the candidates. `everyone` is not sent to the API: without it, only teachers of the project's subject
/// and stage are listed.
#[derive(Clone, Default, PartialEq, Serialize)]
struct CandidateQuery {
    everyone: Option<bool>,
    #[serde(flatten)]
    teachers: TeacherQuery,
}

impl Parameters for CandidateQuery {
    const FILTERS: &'static [&'static str] = &["q", "organization_id", "backbone", "everyone"];

    fn set(&mut self, name: &str, text: &str) -> bool {
        match name {
            "everyone" => ParameterValue::set(&mut self.everyone, text),
            name => self.teachers.set(name, text),
        }
    }
}

/// The pointer under which the selection is saved.
const POINTER: &str = "/teacher_ids";

/// Nominates teachers for a project.
#[component]
pub fn NominatePage(props: &IdProps<ProjectId>) -> Html {
    let load = use_query(Some(find_project(props.id)));
    loaded(&load, |project| html! { <Nominate project={project.clone()} /> })
}

#[derive(Properties, PartialEq)]
struct NominateProps {
    project: ProjectView,
}

/// The selected teachers, in the order of selection.
type Chosen = Rc<Vec<TeacherView>>;

#[component]
fn Nominate(props: &NominateProps) -> Html {
    let project = &props.project;
    let crumbs = vec![list_crumb(), project_crumb(project.id, project.title.clone())];
    let open = matches!(project.status, ProjectStatus::Published | ProjectStatus::Running);
    let taught = format::stage_and_subject(project.stage, project.subject.as_deref().unwrap_or_default());
    let mut asked = vec![t!("在职").to_owned()];
    if !taught.is_empty() {
        asked.push(t!("任教{taught}", taught));
    }
    if project.requires_rural {
        asked.push(t!("乡村学校教师").to_owned());
    }
    if project.look_back_years > 0 {
        asked.push(t!(
            "{look_back_years} 年内未参加过{project}",
            look_back_years = project.look_back_years,
            project = t!(project.level.label())
        ));
    }
    html! {
        <>
            <PageHeader title={t!("选派学员")} {crumbs}
                subtitle={t!("{title}　固定人数 {capacity} 人，已录取 {admitted} 人", title = project.title, capacity = project.capacity, admitted = project.counts.admitted)} />
            <Notice title={t!("遴选条件")}>
                <p>{ t!("系统自动核对：{asked}。", asked = asked.join(t!("、"))) }</p>
                if let Some(conditions) = &project.conditions { <p class="lines">{ conditions }</p> }
                <p>{ t!("请本着公开、公平、公正的原则选派，并在校内公示名单。") }</p>
            </Notice>
            if open {
                <Choose project={project.clone()} />
            } else {
                <Notice tone={Tone::Warning} title={t!("现在不能选派")}>{ t!("项目尚未发布或已经结束。") }</Notice>
            }
        </>
    }
}

#[component]
fn Choose(props: &NominateProps) -> Html {
    let project = &props.project;
    let id = project.id;
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let chosen = use_state(Chosen::default);
    let faults = use_state(|| Rc::new(HashMap::<TeacherId, String>::new()));
    let refusal = use_state(|| None::<ApiError>);
    let sent = use_mut_ref(Vec::<TeacherId>::new);
    let done = use_state(|| false);
    let unsaved = !chosen.is_empty() && !*done;
    let saved = use_saved_draft(unsaved, t!("选好的学员还没有提交，确定离开吗？"));
    let before = use_memo((), |()| saved.take_restored::<Vec<TeacherView>>(POINTER, &Vec::new()));
    {
        let (chosen, toasts) = (chosen.setter(), toasts.clone());
        use_effect_with((), move |()| {
            if let Some(before) = &*before {
                chosen.set(Rc::new(before.clone()));
                toasts.success(t!("已恢复没有提交的名单"));
            }
        });
    }
    use_effect_with(((*chosen).clone(), unsaved), move |(chosen, unsaved)| {
        saved.save_while(POINTER, &**chosen, *unsaved);
    });
    let nominate = {
        let (remember, sent) = (sent.clone(), sent);
        let (faults, refusal, done) = (faults.setter(), refusal.setter(), done.setter());
        use_action(
            move |client, teacher_ids: Vec<TeacherId>| {
                remember.replace(teacher_ids.clone());
                async move { nominate_teachers(&client, id, &NominateTeachers { teacher_ids }).await }
            },
            move |outcome| match outcome {
                Ok(()) => {
                    done.set(true);
                    toasts.success(t!("已选派 {count} 名学员，等待教师进修学校审核", count = sent.borrow().len()));
                    let _ = navigator.replace_with_query(&Route::Project { id }, Raw("tab=participants"));
                }
                Err(error) => {
                    faults.set(Rc::new(errors_by_item(error.field_errors(), "/teacher_ids/", &sent.borrow())));
                    refusal.set(Some(error));
                }
            },
        )
    };
    let set = {
        let (chosen, faults, refusal) = (chosen.setter(), faults.setter(), refusal.setter());
        Callback::from(move |now: Vec<TeacherView>| {
            chosen.set(Rc::new(now));
            // The errors referred to the previous list.
            refusal.set(None);
            faults.set(Rc::default());
        })
    };
    // Removing one teacher keeps the errors of the others.
    let drop_one = {
        let (chosen, setter) = ((*chosen).clone(), chosen.setter());
        Callback::from(move |id: TeacherId| {
            setter.set(Rc::new(chosen.iter().filter(|teacher| teacher.id != id).cloned().collect()));
        })
    };
    let submit = {
        let ids: Vec<TeacherId> = chosen.iter().map(|teacher| teacher.id).collect();
        nominate.run.reform(move |_: MouseEvent| ids.clone())
    };
    let over = project.counts.admitted + i64::try_from(chosen.len()).unwrap_or(i64::MAX) > i64::from(project.capacity);
    html! {
        <div class="columns">
            <Candidates project={project.clone()} chosen={(*chosen).clone()} onchange={set} />
            <Section title={t!("已选 {count} 人", count = chosen.len())}>
                if let Some(error) = (*refusal).clone() {
                    if faults.is_empty() {
                        <ErrorPanel {error} />
                    } else {
                        <div class="notice notice--danger" role="alert">
                            { IconName::Alert.draw() }
                            <div class="notice__body">
                                <p class="notice__title">{ error.title() }</p>
                                <p>{ t!("{count} 名教师不符合条件，请移除后再提交。", count = faults.len()) }</p>
                            </div>
                        </div>
                    }
                }
                if chosen.is_empty() {
                    <p class="muted">{ t!("在名单中勾选教师，选好的人显示在这里。") }</p>
                } else {
                    <ul class="chosen" aria-label={t!("已选教师")}>
                        { for chosen.iter().map(|teacher| {
                            let id = teacher.id;
                            html! {
                                <li key={id.to_string()}>
                                    <span class="chosen__who">
                                        <span class="strong">{ &teacher.name }</span>
                                        <span class="muted small">{ format!("{} · {}", teacher.teacher_no, teacher.organization.name) }</span>
                                        if let Some(fault) = faults.get(&id) { <span class="row-fault">{ fault }</span> }
                                    </span>
                                    <Button kind={ButtonKind::Quiet} icon={IconName::Close} label={t!("移除{name}", name = teacher.name)}
                                        onclick={drop_one.reform(move |_| id)} />
                                </li>
                            }
                        }) }
                    </ul>
                }
                if over { <p class="row-fault">{ t!("选派人数超过剩余名额，超出的将不能录取。") }</p> }
                <div class="form__actions">
                    <Button kind={ButtonKind::Primary} busy={nominate.busy} disabled={chosen.is_empty()} onclick={submit}>
                        { if chosen.is_empty() { t!("提交选派").to_owned() } else { t!("选派 {count} 人", count = chosen.len()) } }
                    </Button>
                    <Link to={Route::Project { id }} query="tab=participants" class="button">{ t!("取消") }</Link>
                </div>
            </Section>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct CandidatesProps {
    project: ProjectView,
    chosen: Chosen,
    onchange: Callback<Vec<TeacherView>>,
}

/// The candidates.
#[component]
fn Candidates(props: &CandidatesProps) -> Html {
    let CandidatesProps { project, chosen, onchange } = props;
    let teachers = TeacherQuery { sort: Some(TeacherSort::Name), ..Default::default() };
    let list = use_list(CandidateQuery { everyone: None, teachers });
    let CandidateQuery { everyone, teachers } = list.request();
    let fitting = everyone != Some(true);
    let request = TeacherQuery {
        status: Some(TeacherStatus::Active),
        subject: project.subject.clone().filter(|_| fitting),
        stage: project.stage.filter(|_| fitting),
        ..teachers
    };
    let load = use_query_keep_previous(Some(list_teachers(&request)));
    let columns = use_memo((chosen.clone(), onchange.clone()), |(chosen, onchange)| columns(chosen, onchange));
    let page: &[TeacherView] = load.value().map(|page| page.items.as_slice()).unwrap_or_default();
    let pick_page = {
        let (chosen, page, onchange) = (chosen.clone(), page.to_vec(), onchange.clone());
        Callback::from(move |_: MouseEvent| {
            let mut now = (*chosen).clone();
            let new = page.iter().filter(|teacher| !chosen.iter().any(|there| there.id == teacher.id));
            now.extend(new.cloned());
            onchange.emit(now);
        })
    };
    let restricted = project.subject.is_some() || project.stage.is_some();
    let actions = html! {
        if !page.is_empty() { <Button onclick={pick_page}>{ t!("勾选本页") }</Button> }
    };
    let empty = html! {
        <EmptyState icon={IconName::Users} title={t!("没有可选派的教师")}>
            <p>{ if restricted { t!("本校没有符合学科学段的在职教师；可在“显示全部”中选“是”查看其他教师。") } else { t!("请先登记本校教师。") } }</p>
        </EmptyState>
    };
    html! {
        <Section title={t!("可选派教师")} flush=true {actions}>
            <FilterBar list={list.erase()}>
                <SearchFilter filter={filter!(list, teachers.q)} label={t!("姓名或教师编号")} />
                <OrganizationFilter filter={filter!(list, teachers.organization_id)} label={t!("学校")} placeholder={t!("全部")} />
                <FlagFilter filter={filter!(list, teachers.backbone)} label={t!("骨干教师")} />
                if restricted { <FlagFilter filter={filter!(list, everyone)} label={t!("显示全部")} /> }
            </FilterBar>
            <DataTable<TeacherView> caption={t!("可选派教师")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("名教师")} {empty} />
        </Section>
    }
}

fn columns(chosen: &Chosen, onchange: &Callback<Vec<TeacherView>>) -> Vec<Column<TeacherView>> {
    let (chosen, onchange) = (chosen.clone(), onchange.clone());
    vec![
        Column::field("name", move |row: &TeacherView| {
            let checked = chosen.iter().any(|teacher| teacher.id == row.id);
            let toggle = {
                let (chosen, onchange, row) = (chosen.clone(), onchange.clone(), row.clone());
                Callback::from(move |_: Event| {
                    let mut now = (*chosen).clone();
                    if checked {
                        now.retain(|teacher| teacher.id != row.id);
                    } else {
                        now.push(row.clone());
                    }
                    onchange.emit(now);
                })
            };
            html! {
                <label class="pick">
                    <input type="checkbox" {checked} onchange={toggle} /><span class="strong">{ &row.name }</span>
                </label>
            }
        })
        .sorted_by("name")
        .head(),
        Column::field("teacher_no", |row: &TeacherView| html! { <code>{ &row.teacher_no }</code> })
            .sorted_by("teacher_no")
            .unbroken(),
        Column::field("organization_name", |row: &TeacherView| html! { &row.organization.name }),
        Column::new(t!("任教"), |row: &TeacherView| html! { format!("{}{}", t!(row.stage.label()), row.subject) }),
        Column::field("title", |row: &TeacherView| match &row.title {
            Some(title) => html! { title },
            None => html! { <span class="muted">{ "—" }</span> },
        }),
        Column::field("backbone", |row: &TeacherView| {
            html! { if row.backbone { { badge(Tone::Info, t!("骨干")) } } else { <span class="muted">{ "—" }</span> } }
        }),
    ]
}
