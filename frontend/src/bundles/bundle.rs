//! The bundles: which there are, to which each route belongs, and whether they are loaded.

use std::{
    cell::{Cell, OnceCell},
    future::Future,
    pin::Pin,
};

use gloo_storage::{LocalStorage, Storage};
use songjiao_types::{Permission, Role, auth::Me};
use yew::prelude::*;

use crate::route::Route;

/// Renders the page of a route.
pub type Render = fn(&Route) -> Html;

/// Fetches a bundle; `None` where that fails.
pub type Loader = fn(Bundle) -> Pin<Box<dyn Future<Output = Option<Render>>>>;

/// The local storage key for whose desk was last shown. It is known before the session is restored, so that the right
/// bundle is fetched meanwhile; `boot.js` reads it too.
const DESK_KEY: &str = "songjiao.desk";
const TEACHER: &str = "teacher";

thread_local! {
    static LOADER: Cell<Option<Loader>> = const { Cell::new(None) };
    static LOADED: [OnceCell<Render>; Bundle::ALL.len()] = const { [const { OnceCell::new() }; Bundle::ALL.len()] };
    static IS_TEACHER: Cell<Option<bool>> = const { Cell::new(None) };
}

macro_rules! define_bundle {
    ($($bundle:ident $file:ident [$($ahead:ident)?] $($mark:ident)* $(($host:ident))? $(= $($part:ident)::+)? {
        $($section:ident => {
            $($route:ident $({ $argument:ident: $type:ty })? $path:literal [$($permission:ident)?] $($page:ident)::+,)*
        })*
    })*) => {
        /// A part of the program.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Bundle {
            $($bundle,)*
        }

        impl Bundle {
            /// All bundles, in the order in which they are fetched ahead.
            pub const ALL: &[Self] = &[$(Self::$bundle,)*];

            /// The bundle of a route. `None`: the page is part of the main module.
            pub fn of(route: &Route) -> Option<Self> {
                Some(match route {
                    Route::Home if is_teacher() => Self::TeacherDesk,
                    $($($(Route::$route { .. } => Self::$bundle,)*)*)*
                    Route::NotFound => return None,
                })
            }

            /// The permission that makes the bundle worth fetching ahead.
            fn prefetched_with(self) -> Option<Permission> {
                let permission: &[Permission] = match self {
                    $(Self::$bundle => &[$(Permission::$ahead)?],)*
                };
                permission.first().copied()
            }
        }
    };
}

route_table!(define_bundle);

impl Bundle {
    /// Whether the user may open the bundle's pages and is likely to.
    pub fn is_for(self, me: &Me) -> bool {
        match self {
            // Teachers have a desk of another kind, with their own figures.
            Self::TeacherDesk => me.role == Role::Teacher,
            Self::Home => me.role != Role::Teacher,
            // The statistics of others would show only their own figures.
            Self::Statistics => !me.role.sees_by_assignment(),
            _ => self.prefetched_with().is_some_and(|permission| me.permissions.contains(&permission)),
        }
    }

    /// What renders the bundle's pages, once it is loaded.
    pub fn loaded(self) -> Option<Render> {
        LOADED.with(|loaded| loaded[self as usize].get().copied())
    }

    /// Fetches the bundle unless it is loaded; `None` where that fails. The next call tries again.
    pub async fn load(self) -> Option<Render> {
        let render = LOADER.get()?(self).await?;
        Some(LOADED.with(|loaded| *loaded[self as usize].get_or_init(|| render)))
    }
}

/// Sets how bundles are fetched. The pages use bundles and the loader uses the pages, so `main` joins the two.
pub fn set_loader(loader: Loader) {
    LOADER.set(Some(loader));
}

/// Remembers whose desk the home page is.
pub fn remember_desk(me: &Me) {
    let is_teacher = me.role == Role::Teacher;
    // Where storage is blocked, the desk is fetched a little later.
    let _ = LocalStorage::raw().set_item(DESK_KEY, if is_teacher { TEACHER } else { "" });
    IS_TEACHER.set(Some(is_teacher));
}

fn is_teacher() -> bool {
    let stored = || LocalStorage::raw().get_item(DESK_KEY).ok().flatten().as_deref() == Some(TEACHER);
    IS_TEACHER.get().unwrap_or_else(stored)
}
