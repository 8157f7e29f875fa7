-- With whoever handles it or is yet to get it, so that its term runs against them.
incident.state NOT IN ('rejected', 'closed', 'cancelled', 'merged') AND incident.state NOT IN ('suspended', 'handled', 'checked')
