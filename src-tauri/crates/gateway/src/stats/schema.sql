-- Times are milliseconds since 1970 (at, until) or seconds (start); durations are microseconds.

CREATE TABLE instances (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    provider TEXT NOT NULL
);

-- Ids begin with the time, so the table grows at its end and is paged by its key.
CREATE TABLE requests (
    id BLOB PRIMARY KEY,
    at INTEGER NOT NULL,
    dialect TEXT NOT NULL,
    api TEXT NOT NULL,
    model TEXT NOT NULL,
    stream INTEGER NOT NULL,
    client TEXT,
    route TEXT NOT NULL,
    outcome TEXT NOT NULL,
    status INTEGER NOT NULL,
    error TEXT,
    instance INTEGER,
    asked INTEGER NOT NULL,
    attempts TEXT NOT NULL,
    losses TEXT,
    input INTEGER,
    output INTEGER,
    cache_read INTEGER,
    cache_write INTEGER,
    reasoning INTEGER,
    estimated INTEGER,
    first_content INTEGER,
    total INTEGER NOT NULL
) WITHOUT ROWID;

-- What is looked for most is rare, so its index costs next to nothing.
CREATE INDEX requests_troubled ON requests (id) WHERE outcome <> 'served' OR asked > 1;

CREATE TABLE asked (
    instance INTEGER NOT NULL,
    request BLOB NOT NULL,
    PRIMARY KEY (instance, request)
) WITHOUT ROWID;

-- Sums by minute (of all), hour and day (by instance, model and client). instance 0 is nobody.
CREATE TABLE figures (
    span INTEGER NOT NULL,
    start INTEGER NOT NULL,
    instance INTEGER NOT NULL,
    model TEXT NOT NULL,
    client TEXT NOT NULL,
    requests INTEGER NOT NULL,
    served INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    "left" INTEGER NOT NULL,
    elsewhere INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    failed_attempts INTEGER NOT NULL,
    absorbed INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    estimated_input INTEGER NOT NULL,
    estimated_output INTEGER NOT NULL,
    first_content BLOB NOT NULL,
    total BLOB NOT NULL,
    added BLOB NOT NULL,
    PRIMARY KEY (span, start, instance, model, client)
) WITHOUT ROWID;

CREATE TABLE causes (
    span INTEGER NOT NULL,
    start INTEGER NOT NULL,
    instance INTEGER NOT NULL,
    model TEXT NOT NULL,
    client TEXT NOT NULL,
    cause TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (span, start, instance, model, client, cause)
) WITHOUT ROWID;

CREATE TABLE changes (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    instance INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    until INTEGER
);
