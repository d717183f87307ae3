// Run once, by the container when MongoDB starts on an empty volume, else by mongosh: the servers' user may use their database and no other.
db.getSiblingDB('admin').createUser({
  user: 'sense_live',
  pwd: process.env.MONGODB_PASSWORD,
  roles: [{ role: 'readWrite', db: 'sense_live' }],
})
