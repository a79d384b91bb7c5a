//! What is measured, in which unit, and what the project aims at.

/// One figure, the same for every peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Measure {
    Requests,
    RequestCpu,
    RequestBusy,
    Chunks,
    ChunkCpu,
    ChunkBusy,
    LatencyP50,
    LatencyP99,
    PacedP50,
    PacedP99,
    Idle,
    IdleProportional,
    Streams,
    StreamsProportional,
    FirstAnswer,
    Burst,
    FailoverFirstP50,
    FailoverFirstMax,
    FailoverP50,
    FailoverP99,
    PoolOf3Cpu,
    PoolOf500Cpu,
    TranslatedRequestCpu,
    TranslatedChunkCpu,
}

/// What Millpond's figure should be, beside the figure it is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    /// At least that share of nginx's.
    OfNginx(f64),
    /// At most that much above nginx's.
    AboveNginx(f64),
    /// At most that much above what comes without a proxy.
    AboveDirect(f64),
    /// At most that.
    AtMost(f64),
    /// At most that many times another figure of Millpond's.
    Times(Measure, f64),
    /// No aim; the ratio to nginx is shown.
    Shown,
    /// No aim; the ratio to another figure of Millpond's is shown.
    ShownBeside(Measure),
}

impl Measure {
    /// In the order of the table.
    pub(crate) const ALL: [Self; 24] = [
        Self::Requests,
        Self::RequestCpu,
        Self::RequestBusy,
        Self::Chunks,
        Self::ChunkCpu,
        Self::ChunkBusy,
        Self::LatencyP50,
        Self::LatencyP99,
        Self::PacedP50,
        Self::PacedP99,
        Self::Idle,
        Self::IdleProportional,
        Self::Streams,
        Self::StreamsProportional,
        Self::FirstAnswer,
        Self::Burst,
        Self::FailoverFirstP50,
        Self::FailoverFirstMax,
        Self::FailoverP50,
        Self::FailoverP99,
        Self::PoolOf3Cpu,
        Self::PoolOf500Cpu,
        Self::TranslatedRequestCpu,
        Self::TranslatedChunkCpu,
    ];

    /// What it is, with its unit.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Requests => "64 connections: requests/s",
            Self::RequestCpu => "64 connections: CPU ms per 1,000 requests",
            Self::RequestBusy => "64 connections: share of its core in use, %",
            Self::Chunks => "200 streams of 100 chunks: chunks/s",
            Self::ChunkCpu => "200 streams of 100 chunks: CPU ms per 1,000 chunks",
            Self::ChunkBusy => "200 streams of 100 chunks: share of its core in use, %",
            Self::LatencyP50 => "200 requests/s: p50, ms",
            Self::LatencyP99 => "200 requests/s: p99, ms",
            Self::PacedP50 => "20 paced streams: delay of a chunk, p50, ms",
            Self::PacedP99 => "20 paced streams: delay of a chunk, p99, ms",
            Self::Idle => "memory idle: RSS, MB",
            Self::IdleProportional => "memory idle: PSS, MB",
            Self::Streams => "memory under 1,000 open streams: RSS, MB",
            Self::StreamsProportional => "memory under 1,000 open streams: PSS, MB",
            Self::FirstAnswer => "start to first answer, ms",
            Self::Burst => "500 connections opened at once: slowest answer, ms",
            Self::FailoverFirstP50 => {
                "one dead and one failing of three, first 30 requests: p50, ms"
            }
            Self::FailoverFirstMax => {
                "one dead and one failing of three, first 30 requests: slowest, ms"
            }
            Self::FailoverP50 => "one dead and one failing of three, 200 requests/s: p50, ms",
            Self::FailoverP99 => "one dead and one failing of three, 200 requests/s: p99, ms",
            Self::PoolOf3Cpu => "pool of 3: CPU ms per 1,000 requests",
            Self::PoolOf500Cpu => "pool of 500: CPU ms per 1,000 requests",
            Self::TranslatedRequestCpu => "Chat to Anthropic: CPU ms per 1,000 requests",
            Self::TranslatedChunkCpu => "Chat to Anthropic: CPU ms per 1,000 chunks",
        }
    }

    /// What Millpond's figure should be.
    pub(crate) fn aim(self) -> Aim {
        match self {
            Self::Requests => Aim::OfNginx(0.75),
            Self::Chunks => Aim::OfNginx(0.9),
            Self::LatencyP99 => Aim::AboveNginx(0.3),
            Self::PacedP99 => Aim::AboveDirect(2.0),
            Self::Idle => Aim::AtMost(20.0),
            Self::Streams => Aim::AtMost(60.0),
            Self::FirstAnswer | Self::Burst => Aim::AtMost(60.0),
            Self::FailoverP50 | Self::FailoverFirstP50 => Aim::AtMost(2.0),
            Self::PoolOf500Cpu => Aim::Times(Self::PoolOf3Cpu, 1.03),
            Self::TranslatedRequestCpu => Aim::ShownBeside(Self::RequestCpu),
            Self::TranslatedChunkCpu => Aim::ShownBeside(Self::ChunkCpu),
            _ => Aim::Shown,
        }
    }
}
