//! The icon: one of four shapes, black or white by the panel it stands on.

use gateway::state::State;
use gateway::status::{Mode, Status};
use tauri::image::Image;

/// What the icon says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Every enabled instance is ready.
    Ready,
    /// Some rest; it heals by itself.
    Cooling,
    /// An instance needs the user, or nobody can serve.
    Attention,
    /// The user has paused it.
    Paused,
}

impl Icon {
    /// The icon of this status.
    pub(crate) fn of(status: &Status) -> Self {
        if status.mode == Mode::Paused {
            return Self::Paused;
        }
        let any = |is: fn(State) -> bool| status.instances().any(|one| is(one.state));
        let ready = any(|state| state == State::Ready);
        let rests = any(|state| matches!(state, State::Cooling | State::Unhealthy));
        // Without any instance there is nothing wrong yet.
        let nobody = any(|_| true) && !ready && !rests;
        match (nobody || any(State::needs_the_user), rests) {
            (true, _) => Self::Attention,
            (false, true) => Self::Cooling,
            (false, false) => Self::Ready,
        }
    }

    /// Its picture.
    pub(super) fn image(self, on_dark: bool) -> Image<'static> {
        match (self, on_dark) {
            (Self::Ready, false) => tauri::include_image!("icons/tray/ready-black.png"),
            (Self::Ready, true) => tauri::include_image!("icons/tray/ready-white.png"),
            (Self::Cooling, false) => tauri::include_image!("icons/tray/cooling-black.png"),
            (Self::Cooling, true) => tauri::include_image!("icons/tray/cooling-white.png"),
            (Self::Attention, false) => tauri::include_image!("icons/tray/attention-black.png"),
            (Self::Attention, true) => tauri::include_image!("icons/tray/attention-white.png"),
            (Self::Paused, false) => tauri::include_image!("icons/tray/paused-black.png"),
            (Self::Paused, true) => tauri::include_image!("icons/tray/paused-white.png"),
        }
    }
}
