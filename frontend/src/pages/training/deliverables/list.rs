//! The deliverables of a phase and of a whole project.

use std::rc::Rc;

use songjiao_types::{
    Permission, PhaseId, WireEnum, deliverables::DeliverableView, phases::PhaseKind, projects::ProjectView,
};
use yew::prelude::*;

use super::form::DeliverableDialog;
use crate::{
    api::phases::{delete_deliverable, list_deliverables},
    components::{
        Button, ButtonKind, Column, ConfirmDialog, DataTable, Dialog, EmptyState, IconName, Section, Success, Work,
        use_reported_action,
    },
    format,
    hooks::{both, set_to, use_query},
    pages::training::projects::is_live,
    session::use_session,
};

/// The open dialog.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    Show(Rc<DeliverableView>),
    /// For the given deliverable, or for a new one.
    Form(Option<Rc<DeliverableView>>),
    Delete(Rc<DeliverableView>),
}

/// Properties of [`PhaseDeliverables`].
#[derive(Properties, PartialEq)]
pub struct PhaseDeliverablesProps {
    pub id: PhaseId,
    pub kind: PhaseKind,
    /// The number of deliverables as known to the page. If it changes, they are read again.
    #[prop_or_default]
    pub count: i64,
    #[prop_or_else(|| t!("成果材料").into())]
    pub title: AttrValue,
    /// For one phase of several on the page: an empty list takes a single line.
    #[prop_or_default]
    pub brief: bool,
    /// Whether the phase accepts deliverables.
    pub may_change: bool,
    pub onchange: Callback<()>,
}

/// The deliverables of a phase with their actions.
#[component]
pub fn PhaseDeliverables(props: &PhaseDeliverablesProps) -> Html {
    let PhaseDeliverablesProps { id, kind, count, title, brief, may_change, onchange } = props;
    let session = use_session();
    let load = use_query(Some(list_deliverables(*id)));
    {
        let reload = load.reload.clone();
        let first = use_mut_ref(|| true);
        use_effect_with(*count, move |_| {
            if !first.replace(false) {
                reload.emit(());
            }
        });
    }
    let open = use_state(|| Open::Nothing);
    let may_change = *may_change && session.can(Permission::DeliverablesWrite);
    let changed = both(&load.reload, onchange);
    let columns = use_memo(may_change, {
        let open = open.setter();
        move |may_change| phase_columns(*may_change, open)
    });
    let add = html! {
        if may_change {
            <Button icon={IconName::Plus} onclick={set_to(&open, Open::Form(None))}>{ t!("提交材料") }</Button>
        }
    };
    let empty = if *brief {
        html! { <p class="card__none muted">{ t!("还没有成果材料。") }</p> }
    } else {
        html! {
        <EmptyState title={t!("还没有成果材料")}>
            <p>{ if may_change { t!("提交本阶段要求的材料；齐备后才能完成阶段。") } else { t!("送培团队和学校提交后会显示在这里。") } }</p>
        </EmptyState>
        }
    };
    let dialog = match &*open {
        Open::Nothing => Html::default(),
        Open::Show(deliverable) => shown(deliverable, set_to(&open, Open::Nothing)),
        Open::Form(deliverable) => html! {
            <DeliverableDialog phase={*id} phase_kind={*kind} deliverable={deliverable.clone()}
                onclose={set_to(&open, Open::Nothing)} onchange={changed} />
        },
        Open::Delete(deliverable) => html! {
            <DeleteDialog deliverable={deliverable.clone()} onclose={set_to(&open, Open::Nothing)} onchange={changed} />
        },
    };
    html! {
        <Section title={title.clone()} flush=true actions={add}>
            <DataTable<DeliverableView> caption={t!("{kind}的成果材料", kind = t!(kind.label()))} columns={(*columns).clone()} {load} {empty} />
            { dialog }
        </Section>
    }
}

fn title_column(open: UseStateSetter<Open>) -> Column<DeliverableView> {
    Column::field("title", move |row: &DeliverableView| {
        let (open, row) = (open.clone(), Rc::new(row.clone()));
        let title = row.title.clone();
        html! {
            <button type="button" class="link-button" onclick={Callback::from(move |_: MouseEvent| open.set(Open::Show(row.clone())))}>
                { title }
            </button>
        }
    })
    .head()
}

fn shared_columns() -> Vec<Column<DeliverableView>> {
    vec![
        Column::field("kind", |row: &DeliverableView| html! { kind_label(row) }),
        Column::new(t!("所属"), |row: &DeliverableView| owner(row)),
        Column::field("submitted_by_name", |row: &DeliverableView| html! { &row.submitted_by_name }).unbroken(),
        Column::field("created_at", |row: &DeliverableView| html! { format::date_time(row.created_at) }).unbroken(),
    ]
}

fn phase_columns(may_change: bool, open: UseStateSetter<Open>) -> Vec<Column<DeliverableView>> {
    let mut columns = vec![title_column(open.clone())];
    columns.extend(shared_columns());
    if may_change {
        columns.push(
            Column::new(t!("操作"), move |row: &DeliverableView| {
                let row = Rc::new(row.clone());
                let (edit, delete) = (open.clone(), open.clone());
                let (edited, deleted) = (row.clone(), row.clone());
                html! {
                    <span class="row-actions">
                        <Button kind={ButtonKind::Quiet} label={t!("编辑材料“{title}”", title = row.title)}
                            onclick={Callback::from(move |_| edit.set(Open::Form(Some(edited.clone()))))}>{ t!("编辑") }</Button>
                        <Button kind={ButtonKind::Quiet} label={t!("删除材料“{title}”", title = row.title)}
                            onclick={Callback::from(move |_| delete.set(Open::Delete(deleted.clone())))}>{ t!("删除") }</Button>
                    </span>
                }
            })
            .actions(),
        );
    }
    columns
}

fn kind_label(row: &DeliverableView) -> String {
    match row.method {
        Some(method) => t!("{kind}（{method}）", kind = t!(row.kind.label()), method = t!(method.label())),
        None => t!(row.kind.label()).to_owned(),
    }
}

/// The school or the teacher of a deliverable.
fn owner(row: &DeliverableView) -> Html {
    let said: Vec<&str> =
        [&row.organization_name, &row.teacher_name].into_iter().flatten().map(String::as_str).collect();
    if said.is_empty() {
        html! { <span class="muted">{ t!("项目") }</span> }
    } else {
        html! { said.join(" ") }
    }
}

/// The content of a deliverable.
fn shown(deliverable: &DeliverableView, onclose: Callback<()>) -> Html {
    html! {
        <Dialog open=true wide=true title={deliverable.title.clone()} {onclose}>
            <div class="stack">
                <p class="muted">
                    { t!("{kind} · {name} 提交于 {at}", kind = kind_label(deliverable), name = deliverable.submitted_by_name, at = format::date_time(deliverable.created_at)) }
                </p>
                if let Some(url) = &deliverable.url {
                    <p><a href={url.clone()} target="_blank" rel="noopener noreferrer" class="break">{ url }</a></p>
                }
                if let Some(content) = &deliverable.content {
                    <div class="prose">{ content }</div>
                } else if deliverable.url.is_none() {
                    <p class="muted">{ t!("没有正文和链接。") }</p>
                }
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct DeleteDialogProps {
    deliverable: Rc<DeliverableView>,
    onclose: Callback<()>,
    onchange: Callback<()>,
}

#[component]
fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let DeleteDialogProps { deliverable, onclose, onchange } = props;
    let (id, version) = (deliverable.id, deliverable.version);
    let work = Work::new(move |client, ()| async move {
        delete_deliverable(&client, id, version).await?;
        Ok(Success::toast(t!("材料已删除")))
    });
    let delete = use_reported_action(&work, onclose.clone(), onchange.clone());
    html! {
        <ConfirmDialog open=true title={t!("删除材料“{title}”？", title = deliverable.title)} confirm={t!("删除材料")} busy={delete.busy}
            onconfirm={delete.run.clone()} oncancel={onclose.clone()}>
            <p>{ t!("删除后无法恢复。") }</p>
        </ConfirmDialog>
    }
}

/// Properties of [`ProjectDeliverables`].
#[derive(Properties, PartialEq)]
pub struct ProjectDeliverablesProps {
    pub project: ProjectView,
    pub reload: Callback<()>,
}

/// The deliverables of a project, phase by phase.
#[component]
pub fn ProjectDeliverables(props: &ProjectDeliverablesProps) -> Html {
    let ProjectDeliverablesProps { project, reload } = props;
    if project.phases.is_empty() {
        return html! {
            <Section>
                <EmptyState title={t!("这类项目不收成果材料")}><p>{ t!("成果材料属于五段式送教下乡的各个阶段。") }</p></EmptyState>
            </Section>
        };
    }
    html! {
        { for project.phases.iter().map(|phase| html! {
            <PhaseDeliverables key={phase.id.to_string()} id={phase.id} kind={phase.kind} title={t!(phase.kind.label())} brief=true
                may_change={is_live(project) && !phase.status.is_done()} onchange={reload.clone()} />
        }) }
    }
}
