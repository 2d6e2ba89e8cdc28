//! Adding and changing users.

use songjiao_types::{
    FieldError, OrganizationId, Role, UserId,
    auth::PASSWORD_MIN,
    users::{CreateUser, UpdateUser, UserView},
};
use yew::prelude::*;
use yew_router::prelude::*;

use super::common::list_crumb;
use crate::{
    api::users::{create_user, find_user, update_user},
    components::{
        Crumb, FormView, Notice, OrganizationField, PageHeader, PasswordField, Section, SelectField, TextField, loaded,
        use_toasts,
    },
    hooks::{Form, check, fault, required, use_page_form, use_query, use_submit, use_url_query},
    route::Route,
    session::use_session,
};

/// What the fields hold, of a new user and of one there already.
#[derive(Clone, Default)]
struct Draft {
    username: String,
    name: String,
    password: String,
    role: Option<Role>,
    organization_id: Option<OrganizationId>,
    /// `None`: the own organization.
    scope_organization_id: Option<OrganizationId>,
}

impl Draft {
    fn of(user: &UserView) -> Self {
        Self {
            username: user.username.clone(),
            name: user.name.clone(),
            password: String::new(),
            role: Some(user.role),
            organization_id: Some(user.organization.id),
            scope_organization_id: (user.scope.id != user.organization.id).then_some(user.scope.id),
        }
    }

    fn chosen(&self) -> Result<(Role, OrganizationId), Vec<FieldError>> {
        match (self.role, self.organization_id) {
            (Some(role), Some(organization)) => Ok((role, organization)),
            (role, organization) => {
                let mut faults = Vec::new();
                if role.is_none() {
                    faults.push(fault("/role", t!("请选择角色")));
                }
                if organization.is_none() {
                    faults.push(fault("/organization_id", t!("请选择所在单位")));
                }
                Err(faults)
            }
        }
    }

    fn to_create(&self) -> Result<CreateUser, Vec<FieldError>> {
        required(&[("/username", &self.username), ("/name", &self.name), ("/password", &self.password)])?;
        let (role, organization_id) = self.chosen()?;
        check(CreateUser {
            username: self.username.trim().to_owned(),
            name: self.name.trim().to_owned(),
            password: self.password.clone(),
            role,
            organization_id,
            scope_organization_id: self.scope_organization_id,
            teacher_id: None,
        })
    }

    fn to_update(&self) -> Result<UpdateUser, Vec<FieldError>> {
        required(&[("/name", &self.name)])?;
        let (role, organization_id) = self.chosen()?;
        check(UpdateUser {
            name: Some(self.name.trim().to_owned()),
            role: Some(role),
            organization_id: Some(organization_id),
            // Absent would leave the old scope where the field says the own organization.
            scope_organization_id: Some(self.scope_organization_id.unwrap_or(organization_id)),
            ..UpdateUser::default()
        })
    }
}

/// The fields that a new user and one there already have in common.
fn shared_fields(form: &Form<Draft>) -> Html {
    let draft = form.draft();
    html! {
        <>
            <TextField label={t!("姓名")} required=true maxlength="64"
                bind={form.bind("/name", draft.name.clone(), |draft, text| draft.name = text)} />
            <SelectField<Role> label={t!("角色")} required=true hint={t!("决定能做什么。")}
                bind={form.bind("/role", draft.role, |draft, role| draft.role = role)} />
            <OrganizationField label={t!("所在单位")} required=true
                bind={form.bind("/organization_id", draft.organization_id, |draft, id| draft.organization_id = id)} />
            <OrganizationField label={t!("管理范围")} placeholder={t!("与所在单位相同")} hint={t!("能看到该单位及其下属单位的数据。不选则与所在单位相同。")}
                bind={form.bind("/scope_organization_id", draft.scope_organization_id, |draft, id| draft.scope_organization_id = id)} />
        </>
    }
}

/// Adds a user; `?organization_id=` says where.
#[component]
pub fn CreatePage() -> Html {
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let query = use_url_query();
    let form = use_page_form(|| Draft {
        organization_id: query.get("organization_id").and_then(|id| id.parse().ok()),
        ..Draft::default()
    });
    let submit = use_submit(
        &form,
        Draft::to_create,
        |client, body| async move { create_user(&client, &body).await },
        move |created| {
            toasts.success(t!("已新增用户“{name}”，请告知本人初始密码", name = created.value.name));
            navigator.replace(&Route::User { id: created.value.id });
        },
    );
    let draft = form.draft();
    html! {
        <>
            <PageHeader title={t!("新增用户")} crumbs={vec![list_crumb()]} />
            <Section>
                <FormView status={form.status()} onsubmit={submit} submit={t!("新增用户")} cancel={Route::Users} label={t!("新增用户")}>
                    <TextField label={t!("用户名")} required=true maxlength="64" autofocus=true hint={t!("登录时使用，由字母、数字和 - _ . 组成。开设后不能修改。")}
                        bind={form.bind("/username", draft.username.clone(), |draft, text| draft.username = text)} />
                    <PasswordField label={t!("初始密码")} autocomplete="new-password"
                        hint={t!("至少 {PASSWORD_MIN} 个字符。用户首次登录时须自行修改。", PASSWORD_MIN)}
                        bind={form.bind("/password", draft.password.clone(), |draft, text| draft.password = text)} />
                    { shared_fields(&form) }
                </FormView>
            </Section>
        </>
    }
}

/// What the page is of.
#[derive(Properties, PartialEq)]
pub struct EditPageProps {
    pub id: UserId,
}

/// Changes a user.
#[component]
pub fn EditPage(props: &EditPageProps) -> Html {
    let load = use_query(Some(find_user(props.id)));
    let (etag, reload) = (load.etag(), load.reload.clone());
    loaded(&load, |user| {
        html! {
            // Another version begins another draft: what somebody else changed is seen, not overwritten.
            <EditForm key={user.version} user={user.clone()} {etag} {reload} />
        }
    })
}

#[derive(Properties, PartialEq)]
struct EditFormProps {
    user: UserView,
    etag: String,
    reload: Callback<()>,
}

#[component]
fn EditForm(props: &EditFormProps) -> Html {
    let EditFormProps { user, etag, reload } = props;
    let id = user.id;
    let here = Route::User { id };
    let session = use_session();
    let own = session.me().is_some_and(|me| me.id == id);
    let toasts = use_toasts();
    let navigator = use_navigator().expect("below the router");
    let form = use_page_form(|| Draft::of(user));
    let submit = {
        let (etag, there) = (etag.clone(), here.clone());
        use_submit(
            &form,
            Draft::to_update,
            move |client, body| {
                let etag = etag.clone();
                async move { update_user(&client, id, &etag, &body).await }
            },
            move |_| {
                toasts.success(t!("修改已保存"));
                navigator.replace(&there);
            },
        )
    };
    let crumbs = vec![list_crumb(), Crumb::to(user.name.clone(), here.clone())];
    html! {
        <>
            <PageHeader title={t!("编辑用户")} {crumbs} subtitle={html! { <>{ t!("用户名 ") }<code>{ &user.username }</code></> }} />
            <Section>
                if own {
                    <Notice>{ t!("这是您自己的账号：修改角色或管理范围后，您可能无法再进入本页面。") }</Notice>
                }
                <FormView status={form.status()} onsubmit={submit} submit={t!("保存修改")} cancel={here} onstale={reload.clone()} label={t!("编辑用户")}>
                    { shared_fields(&form) }
                </FormView>
            </Section>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointers<T>(outcome: Result<T, Vec<FieldError>>) -> Vec<String> {
        outcome.err().unwrap_or_default().into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn role_and_organization_are_both_asked_for() {
        let mut draft = Draft {
            username: "zhangwei".into(),
            name: "张伟".into(),
            password: "first-password-2026".into(),
            ..Draft::default()
        };
        assert_eq!(pointers(draft.to_create()), ["/role", "/organization_id"]);
        draft.role = Some(Role::SchoolAdmin);
        draft.organization_id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10".parse().ok();
        assert!(draft.to_create().is_ok_and(|body| body.scope_organization_id.is_none()));
        assert!(draft.to_update().is_ok_and(|body| body.scope_organization_id == draft.organization_id));
    }
}
